package dev.gapura.sim;

/// Ends the reading of a request that the simulator answers with an error; carries that answer.
final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Reply reply;

    RefusedException(Reply reply) {
        super("refused with " + reply.status(), null, false, false);
        this.reply = reply;
    }

    /// A 400 that names the field.
    static RefusedException badRequest(String message, String param) {
        return new RefusedException(OpenAiError.reply(400, message, param, null));
    }

    Reply reply() {
        return reply;
    }
}
