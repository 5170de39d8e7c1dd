package bench;

/// One kind of traffic.
enum Work {
    B1("JSON, 2 KB body", "request", "mock/json", false, false, 2_000, 64, 500, 2.0),
    B2("JSON, 100 KB body (40 messages)", "request", "mock/json", false, true, 300, 48, 500, 2.0),
    B3("stream, 1,000 events of 300 B unpaced", "event", "mock/unpaced", true, false, 50, 64, 500, 3.0),
    B4("200 streams, 64 chunks paced 20 ms", "chunk", "mock/paced", true, false, 156.25, 400, 1_800, 2.0),
    /// Compared with the relayed streams of B4, in turns with them: what translation costs.
    B5("B4 with a provider that speaks Anthropic's Messages", "chunk", "claude/paced-messages", true, false, 156.25, 400, 1_800, 1.25),
    /// Compared with the plain requests of B1, in turns with them and with as many upstream calls a second:
    /// 1.2 times the calls.
    B6("B1 with one round of a server tool", "request", "mock/rounds-1", false, false, 1_000, 64, 500, 2.4),
    B7("B1 with three rounds of a server tool", "request", "mock/rounds-3", false, false, 500, 64, 500, 4.8),
    /// The same with arguments so long that the tool runs on a thread of its own, as all do that may wait.
    B6T("B6 with a tool on a thread of its own", "request", "mock/rounds-1-thread", false, false, 1_000, 64, 500, 2.4),
    B7T("B7 with a tool on a thread of its own", "request", "mock/rounds-3-thread", false, false, 500, 64, 500, 4.8),
    /// With a key that has limits and budgets of every kind, so that each request is reserved on disk.
    B8("B1 with limits and budgets", "request", "mock/json", false, false, 1_000, 64, 500, 1.25),
    B9("B4 with limits and budgets", "chunk", "mock/paced", true, false, 156.25, 400, 1_800, 1.25),
    /// With a key of the database, of a gateway that has 100,000 beside one that has ten.
    B10("B1 with 100,000 keys", "request", "mock/json", false, false, 2_000, 64, 500, 1.05);

    final String title;
    final String unit;
    final String model;
    final boolean stream;
    final boolean large;

    /// Requests started a second, at random intervals, whether the earlier ones were answered or not.
    final double rate;

    /// Connections kept open; more than are ever busy at once when nobody stalls.
    final int connections;

    /// Traffic before the measured window opens.
    final int rampMillis;

    /// CPU per unit that the gateway may cost, in units of the floor's: nginx, or a gateway's own from B5
    /// on.
    final double goal;

    Work(
            String title,
            String unit,
            String model,
            boolean stream,
            boolean large,
            double rate,
            int connections,
            int rampMillis,
            double goal) {
        this.title = title;
        this.unit = unit;
        this.model = model;
        this.stream = stream;
        this.large = large;
        this.rate = rate;
        this.connections = connections;
        this.rampMillis = rampMillis;
        this.goal = goal;
    }

    /// Whether its chunks carry the moment at which they were due.
    boolean paced() {
        return this == B4 || this == B5 || this == B9;
    }

    /// Who it is compared with.
    String floor() {
        return switch (this) {
            case B1, B2, B3, B4 -> Report.FLOOR;
            case B5, B9 -> Report.RELAYED;
            case B6, B7, B6T, B7T, B8 -> Report.PLAIN;
            case B10 -> Report.FEW;
        };
    }

    /// Which gateway is measured.
    String judged() {
        return this == B10 ? Report.MANY : Report.GATEWAY;
    }

    /// Whose requests they are.
    String key() {
        return switch (this) {
            case B1, B2, B3, B4, B5, B6, B7, B6T, B7T -> Bench.KEY;
            case B8, B9 -> Bench.LIMITED_KEY;
            case B10 -> Bench.STORED_KEY;
        };
    }

    /// What a contestant does in the blocks of this work.
    Work traffic(Contestant contestant) {
        return switch (contestant.name()) {
            case Report.RELAYED -> B4;
            case Report.PLAIN -> B1;
            default -> this;
        };
    }

    /// Rounds of a server tool before the answer.
    int rounds() {
        return switch (this) {
            case B1, B2, B3, B4, B5, B8, B9, B10 -> 0;
            case B6, B6T -> 1;
            case B7, B7T -> 3;
        };
    }

    /// What the client sends.
    Script body() {
        return Script.of(
                rounds() == 0
                        ? Conversation.body(model, stream, large)
                        : Conversation.bodyWithTool(model));
    }

    /// What the client must read, byte for byte.
    Script expected() {
        return Script.of(
                switch (this) {
                    case B1, B2, B8, B10 -> Conversation.answer();
                    case B3 -> Conversation.unpacedStream();
                    case B4, B9 -> Conversation.pacedStream();
                    case B5 -> Conversation.translatedStream();
                    case B6, B7, B6T, B7T -> Conversation.answerAfter(rounds());
                });
    }
}
