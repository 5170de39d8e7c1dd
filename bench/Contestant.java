package bench;

import java.util.List;
import java.util.stream.Stream;

/// Who stands between the load generator and the mock; `direct` is nobody.
///
/// @param pids the process tree, empty for `direct`
/// @param jvm whether it must be warmed up and can be asked for its heap
record Contestant(String name, int port, List<Long> pids, boolean jvm) {
    /// @param text `name:port` or `name:port:pid`
    static Contestant parse(String text) {
        String[] part = text.split(":");
        if (part.length == 2) {
            return new Contestant(part[0], Integer.parseInt(part[1]), List.of(), false);
        }
        ProcessHandle root = ProcessHandle.of(Long.parseLong(part[2])).orElseThrow();
        boolean jvm = root.info().command().orElse("").endsWith("/java");
        return new Contestant(
                part[0],
                Integer.parseInt(part[1]),
                Stream.concat(Stream.of(root), root.descendants())
                        .map(ProcessHandle::pid)
                        .toList(),
                jvm);
    }
}
