package dev.gapura.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// What is joined and what is refused; that the pages' own modules work joined is shown in a browser.
class JoinedModuleTest {
    private static JoinedModule join(Map<String, String> modules) {
        return JoinedModule.of(
                "page/a.js",
                (importer, name) -> name.startsWith(".") ? Assets.beside(importer, name) : name + "/" + name + ".js",
                path -> Objects.requireNonNull(modules.get(path), path));
    }

    @Test
    void partsRunOnceInTheirOrderEachInAScopeOfItsOwn() {
        JoinedModule joined = join(Map.of(
                "page/a.js",
                "import { two } from './b.js';\nimport { one } from '../ui/c.js';\n\n" + "const X = 1;\ntwo(one, X);\n",
                "page/b.js",
                "import { one } from '../ui/c.js';\nimport './d.js';\n"
                        + "const X = one;\nexport const two = () => `${X}`;\n"
                        + "export async function three() {}\n",
                "page/d.js",
                "render();\n",
                "ui/c.js",
                "const X = 3;\nexport const one = X;\nconst later = () => import('./e.js');\n"));
        assertThat(joined.parts()).containsExactly("ui/c.js", "page/d.js", "page/b.js", "page/a.js");
        assertThat(joined.text()).isEqualTo("""
                        // ui/c.js
                        const $0 = (() => {
                        const X = 3;
                        const one = X;
                        const later = () => import('../ui/e.js');
                        return { one };
                        })();
                        // page/d.js
                        const $1 = (() => {
                        render();
                        return {  };
                        })();
                        // page/b.js
                        const $2 = (() => {
                        const { one } = $0;
                        const X = one;
                        const two = () => `${X}`;
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
    void smallBuildsOfLibrariesAreParts() {
        JoinedModule joined = join(Map.of(
                "page/a.js",
                "import { El, css, one } from 'el';\nuse(El, css, one);\n",
                "el/el.js",
                "/** licence */\nimport{Base as t,one}from\"base\";export*from\"base\";class i extends t{}export{i as El,t"
                        + " as Again};\n//# sourceMappingURL=el.js.map\n",
                "base/base.js",
                "import{css as s}from\"./css.js\";export{css,other}from\"./css.js\";const n=1;class y{}export{y as"
                        + " Base,n as one,s as same};",
                "base/css.js",
                "const e=0,o=2;export{e as css,o as other};"));
        assertThat(joined.parts()).containsExactly("base/css.js", "base/base.js", "el/el.js", "page/a.js");
        assertThat(joined.text()).isEqualTo("""
                        // base/css.js
                        const $0 = (() => {
                        const e=0,o=2;
                        return { css: e, other: o };
                        })();
                        // base/base.js
                        const $1 = (() => {
                        const s = $0.css;
                        const n=1;class y{}
                        return { css: $0.css, other: $0.other, Base: y, one: n, same: s };
                        })();
                        // el/el.js
                        const $2 = (() => {
                        const t = $1.Base;
                        const one = $1.one;
                        /** licence */
                        class i extends t{}
                        return { ...$1, El: i, Again: t };
                        })();
                        // page/a.js
                        const $3 = (() => {
                        const { El, css, one } = $2;
                        use(El, css, one);
                        return {  };
                        })();
                        const $0_css = $0.css;
                        export { $0_css as css };
                        const $0_other = $0.other;
                        export { $0_other as other };
                        const $1_Base = $1.Base;
                        export { $1_Base as Base };
                        const $1_one = $1.one;
                        export { $1_one as one };
                        const $1_same = $1.same;
                        export { $1_same as same };
                        const $2_El = $2.El;
                        export { $2_El as El };
                        const $2_Again = $2.Again;
                        export { $2_Again as Again };
                        """);
    }

    @Test
    void formsThatItDoesNotKnowAreRefused() {
        refused("import * as all from './b.js';\n", "page/a.js: this form cannot be joined: import * as all");
        refused("import*as all from\"./b.js\";", "this form cannot be joined: import*as all");
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
