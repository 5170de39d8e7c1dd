package dev.gapura.admin;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.config.Nearest;
import dev.gapura.failure.Failure;
import dev.gapura.failure.GatewayException;
import dev.gapura.parameter.Parameter;
import dev.gapura.parameter.Shape;
import dev.gapura.parameter.ShapeCheck;
import dev.gapura.wire.JsonException;
import dev.gapura.wire.JsonScanner;
import dev.gapura.wire.JsonToken;
import dev.gapura.wire.JsonTree;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Checks a JSON body against the members that a route takes. Other than towards providers, a member that is not known
/// is refused: a misspelled limit would be no limit. Stateless; any thread.
final class BodyCheck {
    private static final int MAX_DEPTH = 32;

    private BodyCheck() {}

    /// @throws GatewayException 400 with the path of the member at fault
    static JsonNode read(byte[] body, Shape.Members shape) {
        if (body.length == 0 && shape.members().stream().noneMatch(Parameter::required)) {
            return JsonTree.object();
        }
        JsonScanner json = new JsonScanner(body, 0, body.length, MAX_DEPTH);
        ShapeCheck check = new ShapeCheck(json);
        try {
            if (json.next() != JsonToken.OBJECT) {
                json.skip();
                json.next();
                throw new GatewayException(Failure.invalid("body", "The body must be one JSON object."));
            }
            members(json, check, shape);
            json.next();
        } catch (JsonException fault) {
            throw check.malformed(fault);
        }
        JsonNode tree = JsonTree.read(body, 0, body.length);
        known(tree, shape, "");
        return tree;
    }

    private static void members(JsonScanner json, ShapeCheck check, Shape.Members shape) {
        Set<String> seen = new HashSet<>();
        while (json.next() == JsonToken.NAME) {
            Integer position = shape.index().find(json);
            if (position == null) {
                check.enter(json.string());
                check.skip();
                continue;
            }
            Parameter member = shape.members().get(position);
            if (check.enter(member.name()) != JsonToken.NULL) {
                seen.add(member.name());
            }
            check.check(member);
        }
        for (Parameter member : shape.members()) {
            if (member.required() && !seen.contains(member.name())) {
                throw check.missing(member);
            }
        }
    }

    private static void known(JsonNode value, Shape shape, String path) {
        if (shape instanceof Shape.Members members && value.isObject()) {
            for (Map.Entry<String, JsonNode> entry : value.properties()) {
                Parameter member = members.members().stream()
                        .filter(each -> each.name().equals(entry.getKey()))
                        .findFirst()
                        .orElseThrow(() -> unknown(path, entry.getKey(), members));
                known(entry.getValue(), member.shape(), path + member.name() + ".");
            }
        } else if (shape instanceof Shape.ListOf list && value.isArray()) {
            value.forEach(item -> known(item, list.item(), path));
        }
    }

    private static GatewayException unknown(String path, String name, Shape.Members shape) {
        List<String> names = shape.members().stream().map(Parameter::name).toList();
        List<String> near = Nearest.to(name, names, 1);
        return new GatewayException(Failure.invalid(
                path + (name.length() <= 64 && name.matches("\\w+") ? name : "*"),
                "The body has a member that this route does not take. "
                        + (near.isEmpty()
                                ? names.isEmpty() ? "It takes none." : "It takes " + String.join(", ", names) + "."
                                : "Did you mean `" + near.getFirst() + "`?")));
    }
}
