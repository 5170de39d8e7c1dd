package bench;

/// One kind of traffic.
enum Work {
    B1("JSON, 2 KB body", "request", "json", false, false, 2_000, 64, 500, 2.0),
    B2("JSON, 100 KB body (40 messages)", "request", "json", false, true, 300, 48, 500, 2.0),
    B3("stream, 1,000 events of 300 B unpaced", "event", "unpaced", true, false, 50, 64, 500, 3.0),
    B4("200 streams, 64 chunks paced 20 ms", "chunk", "paced", true, false, 156.25, 400, 1_800, 2.0);

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

    /// CPU per unit that the gateway may cost, in units of nginx's.
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

    /// What the client must read, byte for byte.
    Script expected() {
        return Script.of(
                switch (this) {
                    case B1, B2 -> Conversation.answer();
                    case B3 -> Conversation.unpacedStream();
                    case B4 -> Conversation.pacedStream();
                });
    }
}
