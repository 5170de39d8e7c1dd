package dev.gapura.admin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.access.Audit;
import dev.gapura.access.Permission;
import dev.gapura.parameter.Parameter;
import dev.gapura.parameter.Shape;
import dev.gapura.wire.JsonTree;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// The trail of every change.
public final class AuditRoutes {
    private static final int USUAL_LIMIT = 50;

    private static final Shape.Members CHANGE = Shape.members(
            Parameter.of("id", Shape.whole(), "Counts from one without a gap."),
            Parameter.of("time", Shape.whole(), "Milliseconds since the Unix epoch."),
            Parameter.of("actor", Shape.text(), "Who did it: `person:ID`, `key:ID`, `command`, `gateway`."),
            Parameter.of("action", Shape.text(), "Such as `key.revoke`."),
            Parameter.of("kind", Shape.text(), "What was changed, such as `key`."),
            Parameter.of("object", Shape.text(), "Its id."),
            Parameter.of("organization", Shape.text(), "That it belongs to; null: to the gateway as a whole."),
            Parameter.of("detail", Shape.object(), "`before` and `after`, without secrets."));

    private final Audit audit;

    /// @param audit is asked
    public AuditRoutes(Audit audit) {
        this.audit = audit;
    }

    /// The routes.
    public List<Route> routes() {
        return List.of(
                Route.get(
                                "/audit",
                                Permission.READ_AUDIT,
                                "Lists changes, the newest first.",
                                Shape.members(
                                        Parameter.of("data", Shape.listOf(CHANGE), "Changes."),
                                        Parameter.of("next", Shape.text(), "`cursor` of the next page, or null.")),
                                this::list)
                        .asking(
                                Parameter.of("kind", Shape.text(1, 100), "Only of this kind."),
                                Parameter.of("object", Shape.text(1, 200), "Only of this id."),
                                Parameter.of("cursor", Shape.wholeFrom(1), "`next` of the page before."),
                                Parameter.of("limit", Shape.whole(1, 500), "Changes a page.")
                                        .withDefault(Integer.toString(USUAL_LIMIT))),
                Route.post(
                        "/audit:verify",
                        Permission.READ_AUDIT,
                        "Looks at the whole chain: whether a change was altered or taken out.",
                        Shape.members(),
                        Shape.members(
                                Parameter.of("rows", Shape.whole(), "Changes that follow one another rightly."),
                                Parameter.of("broken_at", Shape.whole(), "The first that does not; null: none.")),
                        ask -> audit.verify(ask.authority()).thenApply(AuditRoutes::answer)));
    }

    private CompletableFuture<Answer> list(Ask ask) {
        Query query = ask.query();
        int limit = (int) query.number("limit", USUAL_LIMIT);
        Long before = query.text("cursor") == null ? null : query.number("cursor", 0);
        return audit.list(ask.authority(), query.text("kind"), query.text("object"), before, limit + 1)
                .thenApply(found ->
                        Answer.of(Pages.write(found, limit, entry -> Long.toString(entry.id()), AuditRoutes::json)));
    }

    private static Answer answer(Audit.Verified verified) {
        ObjectNode document = JsonTree.object();
        document.put("rows", verified.rows());
        document.put("broken_at", verified.broken());
        return Answer.of(document);
    }

    private static ObjectNode json(Audit.Entry entry) {
        ObjectNode one = JsonTree.object();
        one.put("id", entry.id());
        one.put("time", entry.time().toEpochMilli());
        one.put("actor", entry.actor());
        one.put("action", entry.action());
        one.put("kind", entry.kind());
        one.put("object", entry.object());
        one.put("organization", entry.organization());
        one.set("detail", JsonTree.readOrNull(entry.detail()));
        return one;
    }
}
