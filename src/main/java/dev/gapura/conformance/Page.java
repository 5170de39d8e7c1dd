package dev.gapura.conformance;

import java.util.List;
import java.util.Map;

/// Results as a page of Markdown: `docs/conformance.md`. Pure.
public final class Page {
    private static final String HEAD = """
            # Conformance

            What has been seen to work with which provider. Exchanges that were recorded between clients and real providers are played through a whole gateway: the recorded
            request is asked as a client of Chat Completions would ask it, the recorded answer comes from a fake provider on a socket, cut at random bytes, and the client must read
            what the provider said. A cell names one of the exchanges that show a feature, by protocol and number, and how many more do.

            | cell | means |
            |---|---|
            | `openai-chat/0012 +60` | this recorded exchange shows it, and 60 more do |
            | like `openai-chat/0040` | recorded with another provider that speaks the same language, and so treated by the same code; this provider was not seen to do it |
            | written from documentation | never recorded: the test that is named shows it with exchanges written from the provider's documentation |
            | not offered | the provider has no such thing, or the gateway does not reach it there |
            | – | means nothing here |

            Recordings that a client reads otherwise than the provider said, and conversations of which a provider does not get everything back, are listed with their reasons in
            [exceptions.txt](../src/test/resources/recordings/exceptions.txt).

            This page is made by `gapura conformance --output docs/conformance.md` from results that the tests write and hold ([how](../CONTRIBUTING.md#show-what-works)). The
            recordings are not part of the repository.

            """;

    private Page() {}

    /// The page of a selection, a section for each provider.
    public static String of(Selection selection) {
        StringBuilder page = new StringBuilder(HEAD);
        summary(selection.targets(), page);
        page.append("\n## Features\n\n| feature | is |\n|---|---|\n");
        for (Feature feature : selection.features()) {
            page.append("| " + feature.title() + " | " + feature.meaning() + " |\n");
        }
        selection.targets().forEach(target -> section(target, selection.features(), page));
        return page.toString();
    }

    private static void summary(List<Target> targets, StringBuilder page) {
        page.append("""
                ## Providers

                | provider | dialect | recordings read as they were said | conversations that keep thoughts and ids | cells: recorded | like | written | not offered |
                |---|---|---|---|---|---|---|---|
                """);
        for (Target target : targets) {
            Map<Target.Kind, Integer> counts = target.counts();
            page.append("| [" + target.provider() + "](#" + anchor(target) + ") | `" + target.dialect() + "` | "
                    + target.recordings() + " | "
                    + (target.sessions().isEmpty() ? "none recorded" : target.sessions()) + " | "
                    + counts.getOrDefault(Target.Kind.RECORDED, 0) + " | "
                    + counts.getOrDefault(Target.Kind.LIKE, 0) + " | "
                    + counts.getOrDefault(Target.Kind.WRITTEN, 0) + " | "
                    + counts.getOrDefault(Target.Kind.NOT_OFFERED, 0) + " |\n");
        }
    }

    private static void section(Target target, List<Feature> features, StringBuilder page) {
        page.append("\n## " + heading(target) + "\n\n| feature | JSON | SSE |\n|---|---|---|\n");
        for (Feature feature : features) {
            Target.Row row = target.row(feature);
            page.append("| " + feature.title() + " | " + cell(row.json()) + " | " + cell(row.sse()) + " |\n");
        }
    }

    private static String heading(Target target) {
        return target.provider() + " " + target.protocol();
    }

    private static String anchor(Target target) {
        return heading(target).replace(' ', '-');
    }

    private static String cell(Cell cell) {
        return switch (cell) {
            case Cell.Recorded(String recording, int more) -> "`" + recording + "`" + (more == 0 ? "" : " +" + more);
            case Cell.Like(String recording) -> Cell.LIKE + "`" + recording + "`";
            case Cell.Written(String test) -> Cell.WRITTEN + "`" + test + "`";
            case Cell.NotOffered gone -> gone.text();
            case Cell.Nothing nothing -> nothing.text();
        };
    }
}
