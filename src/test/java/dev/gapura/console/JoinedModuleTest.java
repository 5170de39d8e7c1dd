package dev.gapura.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// What is joined and what is refused; that the pages' own modules work joined is shown in a browser.
class JoinedModuleTest {
    private static JoinedModule join(Map<String, String> modules) {
        return JoinedModule.of("page/a.js", path -> Objects.requireNonNull(modules.get(path), path));
    }

    @Test
    void partsRunOnceInTheirOrderEachInAScopeOfItsOwn() {
        JoinedModule joined = join(Map.of(
                "page/a.js",
                "import { two } from './b.js';\nimport { one } from '../ui/c.js';\n\n" + "const X = 1;\ntwo(one, X);\n",
                "page/b.js",
                "import { html } from 'lit';\nimport { one } from '../ui/c.js';\nimport './d.js';\n"
                        + "const X = one;\nexport const two = () => html`${X}`;\n"
                        + "export async function three() {}\n",
                "page/d.js",
                "import { render, html } from 'lit';\nrender(html``);\n",
                "ui/c.js",
                "const X = 3;\nexport const one = X;\nconst later = () => import('./e.js');\n"));
        assertThat(joined.parts()).containsExactly("ui/c.js", "page/d.js", "page/b.js", "page/a.js");
        assertThat(joined.text()).isEqualTo("""
                        import { html, render } from 'lit';
                        // ui/c.js
                        const $0 = (() => {
                        const X = 3;
                        const one = X;
                        const later = () => import('../ui/e.js');
                        return { one };
                        })();
                        // page/d.js
                        const $1 = (() => {
                        render(html``);
                        return {  };
                        })();
                        // page/b.js
                        const $2 = (() => {
                        const { one } = $0;
                        const X = one;
                        const two = () => html`${X}`;
                        async function three() {}
                        return { two, three };
                        })();
                        // page/a.js
                        const $3 = (() => {
                        const { two } = $2;
                        const { one } = $0;

                        const X = 1;
                        two(one, X);
                        return {  };
                        })();
                        const $0_one = $0.one;
                        export { $0_one as one };
                        const $2_two = $2.two;
                        export { $2_two as two };
                        const $2_three = $2.three;
                        export { $2_three as three };
                        """);
    }

    @Test
    void formsThatItDoesNotKnowAreRefused() {
        refused("import * as all from './b.js';\n", "page/a.js: this form cannot be joined: import * as all");
        refused("export default 1;\n", "this form cannot be joined: export default 1;");
        refused("export let changing = 1;\n", "this form cannot be joined: export let");
        refused("export { other } from './b.js';\n", "this form cannot be joined");
        refused("import { b as c } from './b.js';\n", "a renamed import cannot be joined: b as c");
        refused("import { b } from './b.js';\nexport const b2 = b;\nexport const b = 1;\n", "b is exported by another");
        refused("import './loop.js';\n", "modules import each other: [page/a.js, page/loop.js]");
    }

    private static void refused(String entry, String why) {
        assertThatThrownBy(() -> join(Map.of(
                        "page/a.js", entry,
                        "page/b.js", "export const b = 1;\n",
                        "page/loop.js", "import './a.js';\n")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(why);
    }
}
