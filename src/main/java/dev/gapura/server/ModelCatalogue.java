package dev.gapura.server;

/// What can be called at all, whatever single keys may. Any thread but event loops: it takes milliseconds.
public final class ModelCatalogue {
    private ModelCatalogue() {}

    /// As `/v1/model/info` tells it, of every alias and model.
    public static byte[] info(Snapshot snapshot) {
        return ModelList.info(snapshot, (asked, target) -> true);
    }
}
