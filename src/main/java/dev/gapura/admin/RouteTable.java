package dev.gapura.admin;

import dev.gapura.failure.Failure;
import dev.gapura.failure.FailureKind;
import dev.gapura.failure.GatewayException;
import io.vertx.core.http.HttpMethod;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Finds the route of a request. Where several templates take a path, the one that says most of it letter by letter
/// wins. Immutable; any thread.
final class RouteTable {
    private final List<Route> routes;
    private final Map<Integer, List<Template>> bySegments;

    RouteTable(List<Route> routes) {
        this.routes = List.copyOf(routes);
        bySegments = routes.stream().collect(Collectors.groupingBy(Route::template)).entrySet().stream()
                .map(entry -> Template.of(entry.getKey(), entry.getValue()))
                .sorted(Comparator.comparingInt(Template::literals).reversed().thenComparing(Template::text))
                .collect(Collectors.groupingBy(template -> template.segments().size()));
    }

    /// All of them, in the order of the document.
    List<Route> routes() {
        return routes;
    }

    /// A route and what stands in the names of its template.
    record Match(Route route, Map<String, String> path) {}

    /// The route for a request.
    ///
    /// @param path as sent, percent-encoded
    /// @throws GatewayException 404 where no template takes the path; [NotAllowed] is answered with 405
    Found find(HttpMethod method, String path) {
        List<String> segments = List.of(path.split("/", -1));
        for (Template template : bySegments.getOrDefault(segments.size(), List.of())) {
            Map<String, String> names = template.match(segments);
            if (names != null) {
                HttpMethod wanted = method.equals(HttpMethod.HEAD) ? HttpMethod.GET : method;
                for (Route route : template.routes()) {
                    if (route.method().equals(wanted)) {
                        return new Found.Here(new Match(route, names));
                    }
                }
                return new Found.OtherMethod(
                        template.text(),
                        template.routes().stream()
                                .map(route -> route.method().name())
                                .collect(Collectors.toCollection(TreeSet::new)));
            }
        }
        throw new GatewayException(Failure.of(
                        FailureKind.NOT_FOUND,
                        "The admin API has nothing at this path; /openapi.json lists what it has.")
                .withCode("unknown_route"));
    }

    /// What stands at a path.
    sealed interface Found {
        /// A route.
        record Here(Match match) implements Found {}

        /// Routes of other methods.
        ///
        /// @param allowed their methods
        record OtherMethod(String template, TreeSet<String> allowed) implements Found {}
    }

    /// A template taken apart.
    ///
    /// @param literals characters outside of names
    private record Template(String text, List<Segment> segments, int literals, List<Route> routes) {
        static Template of(String text, List<Route> routes) {
            List<Segment> segments = new ArrayList<>();
            for (String part : text.split("/", -1)) {
                segments.add(Segment.of(part));
            }
            int literals = segments.stream()
                    .mapToInt(segment ->
                            segment.before().length() + segment.after().length())
                    .sum();
            return new Template(text, segments, literals, routes);
        }

        @Nullable
        Map<String, String> match(List<String> path) {
            Map<String, String> names = new HashMap<>();
            for (int index = 0; index < segments.size(); index++) {
                Segment segment = segments.get(index);
                String part = path.get(index);
                if (!segment.takes(part)) {
                    return null;
                }
                if (segment.name() != null) {
                    names.put(
                            segment.name(),
                            decoded(part.substring(
                                    segment.before().length(),
                                    part.length() - segment.after().length())));
                }
            }
            return names;
        }
    }

    /// A part of a template: text, perhaps around one name.
    private record Segment(String before, @Nullable String name, String after) {
        static Segment of(String part) {
            int open = part.indexOf('{');
            int close = part.indexOf('}');
            return open < 0
                    ? new Segment(part, null, "")
                    : new Segment(part.substring(0, open), part.substring(open + 1, close), part.substring(close + 1));
        }

        boolean takes(String part) {
            return name == null
                    ? part.equals(before)
                    : part.length() > before.length() + after.length()
                            && part.startsWith(before)
                            && part.endsWith(after);
        }
    }

    private static String decoded(String part) {
        try {
            return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException malformed) {
            throw new GatewayException(
                    Failure.invalid("path", "The path is not percent-encoded correctly; encode every % as %25."));
        }
    }
}
