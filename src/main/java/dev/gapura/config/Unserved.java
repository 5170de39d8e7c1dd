package dev.gapura.config;

import java.util.List;

/// Members of the public contract that this version reads, checks and does not act on. Each gives a warning where it
/// stands: a configuration written for a later version loads, and nobody is left to believe it works.
final class Unserved {
    private Unserved() {}

    static void retries(Document document, Section top) {
        if (top.has("retries")) {
            Section retries = top.section("retries");
            retries.integer("attempts", 3, 1, 100);
            retries.close();
            top.unserved("retries", "every request makes one upstream call");
        }
    }

    static void providerMembers(Section provider) {
        provider.word("circuit", List.of("on", "off"));
        provider.unserved("circuit", "no provider is ever set aside");
    }
}
