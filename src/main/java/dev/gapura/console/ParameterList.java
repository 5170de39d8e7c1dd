package dev.gapura.console;

import dev.gapura.parameter.Parameter;
import dev.gapura.parameter.Shape;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Writes rows of the parameter table as HTML: name, type, limits, description, what stands inside of it. What
/// stands at several places is written where it comes first, and linked to from the others. One object writes one
/// page; not thread safe.
final class ParameterList {
    private final StringBuilder html;
    private final Map<Shape, String> written = new IdentityHashMap<>();

    ParameterList(StringBuilder html) {
        this.html = html;
    }

    /// Rows of a request or an answer.
    ///
    /// @param prefix of their ids
    /// @param settable whether modules put a control beside each
    void write(List<Parameter> rows, String prefix, boolean settable) {
        html.append("<div class=\"params\">");
        rows.forEach(row -> row(row, prefix, settable));
        html.append("</div>");
    }

    private void row(Parameter row, String prefix, boolean settable) {
        String path = prefix + row.name();
        String id = Html.text(path);
        boolean control = settable && !(row.shape() instanceof Shape.Refused);
        html.append("<div class=\"param\" id=\"").append(id).append('"');
        if (control) {
            html.append(" data-path=\"").append(id).append('"');
        }
        html.append("><div class=\"param-text\"><p class=\"param-head\"><a class=\"param-name\" href=\"#")
                .append(id)
                .append("\"><code>")
                .append(Html.text(row.name()))
                .append("</code></a> <span class=\"param-type\">")
                .append(ShapeWords.of(row.shape()))
                .append("</span>");
        marks(row);
        html.append("</p><p>").append(Html.prose(row.description())).append("</p>");
        facts(row);
        html.append("</div>");
        if (control) {
            html.append("<div class=\"param-control\"></div>");
        }
        inside(row.shape(), path, settable);
        html.append("</div>");
    }

    private void marks(Parameter row) {
        if (row.required()) {
            html.append(" <span class=\"badge bad\">required</span>");
        }
        if (row.deprecated()) {
            html.append(" <span class=\"badge warn\">deprecated</span>");
        }
        if (row.extension()) {
            html.append(" <span class=\"badge info\">extension</span>");
        }
    }

    private void facts(Parameter row) {
        for (Shape.Choice choice : ShapeWords.choices(row.shape())) {
            html.append("<p class=\"param-values\">");
            choice.values()
                    .forEach(value ->
                            html.append("<code>").append(Html.text(value)).append("</code> "));
            html.append(choice.open() ? "<span class=\"muted\">or what else the provider knows</span></p>" : "</p>");
        }
        String standard = row.standard();
        if (standard != null) {
            html.append("<p class=\"param-default muted\">Default <code>")
                    .append(Html.text(standard))
                    .append("</code></p>");
        }
    }

    /// Objects that stand inside, folded.
    private void inside(Shape shape, String path, boolean settable) {
        for (Shape object : objects(shape)) {
            String before = written.putIfAbsent(object, path);
            if (before != null) {
                html.append("<p class=\"param-same small\">Holds the same as <a href=\"#")
                        .append(Html.text(before))
                        .append("\"><code>")
                        .append(Html.text(before))
                        .append("</code></a>.</p>");
                continue;
            }
            switch (object) {
                case Shape.Members members ->
                    fold("Members", () -> write(members.members(), path + ".", settable && object == shape));
                case Shape.Tagged tagged ->
                    fold("By <code>" + Html.text(tagged.tag()) + "</code>", () -> variants(tagged, path));
                case Shape.Anything other -> {}
                case Shape.Refused other -> {}
                case Shape.Text other -> {}
                case Shape.Choice other -> {}
                case Shape.Number other -> {}
                case Shape.Whole other -> {}
                case Shape.Flag other -> {}
                case Shape.ListOf other -> {}
                case Shape.MapOf other -> {}
                case Shape.AnyOf other -> {}
            }
        }
    }

    private void variants(Shape.Tagged tagged, String path) {
        html.append("<div class=\"params\">");
        tagged.variants().forEach((tag, variant) -> {
            String title = "<code>" + Html.text(tagged.tag() + ": \"" + tag + "\"") + "</code>";
            if (variant.members().isEmpty()) {
                html.append("<p class=\"param-same small\">").append(title).append("</p>");
            } else {
                fold(title, () -> write(variant.members(), path + "." + tag + ".", false));
            }
        });
        html.append("</div>");
    }

    private void fold(String title, Runnable content) {
        html.append("<details class=\"param-inside\"><summary>").append(title).append("</summary>");
        content.run();
        html.append("</details>");
    }

    private static List<Shape> objects(@Nullable Shape shape) {
        List<Shape> found = new ArrayList<>();
        switch (shape) {
            case null -> {}
            case Shape.Members members -> {
                if (!members.members().isEmpty()) {
                    found.add(members);
                }
            }
            case Shape.Tagged tagged -> found.add(tagged);
            case Shape.ListOf list -> found.addAll(objects(list.item()));
            case Shape.MapOf map -> found.addAll(objects(map.value()));
            case Shape.AnyOf anyOf -> anyOf.alternatives().forEach(other -> found.addAll(objects(other)));
            case Shape.Anything other -> {}
            case Shape.Refused other -> {}
            case Shape.Text other -> {}
            case Shape.Choice other -> {}
            case Shape.Number other -> {}
            case Shape.Whole other -> {}
            case Shape.Flag other -> {}
        }
        return found;
    }
}
