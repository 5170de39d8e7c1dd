package dev.gapura.proof;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.wire.JsonTree;

/// Settings of a chat request by chance, each rarely and all valid for Chat Completions.
final class RandomSettings {
    private static final int RARELY = 8;

    private RandomSettings() {}

    static void add(ObjectNode chat, Chance chance) {
        sampling(chat, chance);
        thinking(chat, chance);
        form(chat, chance);
        if (chance.once(3)) {
            chat.put(chance.one("max_tokens", "max_completion_tokens"), 1 + chance.below(9_000));
        }
        if (chance.once(2)) {
            chat.put("stream", chance.once(2));
        }
        if (chance.once(RARELY)) {
            chat.put("n", 1 + chance.below(2));
        }
        if (chance.once(RARELY)) {
            chat.put("user", chance.text());
        }
        if (chance.once(RARELY)) {
            chat.putObject("metadata").put("team", "a").put("x y", chance.text());
        }
        if (chance.once(RARELY)) {
            chat.put("service_tier", chance.one("auto", "default", "flex", "priority", "scale"));
        }
        if (chance.once(RARELY)) {
            chat.put("verbosity", chance.one("low", "medium", "high"));
        }
        if (chance.once(RARELY)) {
            chat.put("store", chance.once(2));
        }
        if (chance.once(RARELY)) {
            chat.put("prompt_cache_key", chance.letters(9));
        }
        if (chance.once(RARELY)) {
            chat.put("safety_identifier", chance.letters(9));
        }
        if (chance.once(20)) {
            chat.putObject("prediction").put("type", "content").put("content", chance.text());
        }
        if (chance.once(20)) {
            chat.putObject("logit_bias").put("50256", -100);
        }
    }

    private static void sampling(ObjectNode chat, Chance chance) {
        if (chance.once(3)) {
            chat.put("temperature", chance.number(0, 2));
        }
        if (chance.once(4)) {
            chat.put("top_p", chance.number(0, 1));
        }
        if (chance.once(RARELY)) {
            chat.put("top_k", chance.below(700));
        }
        if (chance.once(RARELY)) {
            chat.put("min_p", chance.number(0, 1));
        }
        if (chance.once(RARELY)) {
            chat.put("frequency_penalty", chance.number(-2, 2));
        }
        if (chance.once(RARELY)) {
            chat.put("presence_penalty", chance.number(-2, 2));
        }
        if (chance.once(RARELY)) {
            chat.put("seed", chance.below(1_000_000) - 500_000);
        }
        if (chance.once(RARELY)) {
            chat.put("logprobs", true);
            if (chance.once(2)) {
                chat.put("top_logprobs", chance.below(21));
            }
        }
        switch (chance.below(10)) {
            case 0 -> chat.put("stop", chance.text());
            case 1 -> {
                var stops = chat.putArray("stop");
                for (int i = chance.below(5); i > 0; i--) {
                    stops.add(chance.once(6) ? chance.one("", " ", "\n") : chance.text());
                }
            }
            default -> {}
        }
    }

    private static void thinking(ObjectNode chat, Chance chance) {
        switch (chance.below(12)) {
            case 0, 1 ->
                chat.put("reasoning_effort", chance.one("none", "minimal", "low", "medium", "high", "xhigh", "max"));
            case 2 -> {
                ObjectNode reasoning = chat.putObject("reasoning");
                if (chance.once(2)) {
                    reasoning.put("max_tokens", 1 + chance.below(40_000));
                } else {
                    reasoning.put("effort", chance.one("low", "medium", "high"));
                }
                if (chance.once(3)) {
                    reasoning.put("exclude", chance.once(2));
                }
            }
            case 3 -> chat.putObject("thinking").put("type", "enabled").put("budget_tokens", 1 + chance.below(40_000));
            case 4 -> chat.putObject("thinking").put("type", "disabled");
            case 5 -> chat.put("enable_thinking", chance.once(2));
            default -> {}
        }
    }

    private static void form(ObjectNode chat, Chance chance) {
        switch (chance.below(10)) {
            case 0 -> chat.putObject("response_format").put("type", "text");
            case 1 -> chat.putObject("response_format").put("type", "json_object");
            case 2, 3 -> {
                ObjectNode schema = JsonTree.object().put("name", "form_" + chance.letters(3));
                if (chance.once(2)) {
                    schema.put("description", chance.text());
                }
                if (!chance.once(5)) {
                    schema.put("strict", chance.once(2));
                }
                schema.set("schema", RandomSchema.of(chance));
                chat.putObject("response_format").put("type", "json_schema").set("json_schema", schema);
            }
            default -> {}
        }
    }
}
