package dev.gapura.telemetry;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// Where access lines end up. Opened by the constructor of [AccessLog] and again whenever a reopening is
/// asked for.
@FunctionalInterface
interface LineSink {
    OutputStream open() throws IOException;

    /// Standard output, past the buffers and locks of `System.out`. Closing closes nothing.
    static LineSink standardOutput() {
        return () -> new FileOutputStream(FileDescriptor.out) {
            @Override
            public void close() {}
        };
    }

    /// A file that is appended to and created where it is missing.
    static LineSink file(Path file) {
        return () -> Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}
