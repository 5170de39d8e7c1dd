package dev.gapura.admin;

/// Answers as examples. A test holds them to the shapes. Pure.
final class PublicExamples {
    static final String COMPLETION = """
        {
          "id": "chatcmpl-b211828e8ff14d7d910f020f776b1fce",
          "object": "chat.completion",
          "created": 1795689881,
          "model": "echo",
          "choices": [
            {
              "index": 0,
              "message": { "role": "assistant", "content": "Hello, gateway", "refusal": null, "annotations": [] },
              "logprobs": null,
              "finish_reason": "stop"
            }
          ],
          "usage": { "prompt_tokens": 5, "completion_tokens": 2, "total_tokens": 7 },
          "service_tier": "default",
          "system_fingerprint": "fp_simulator"
        }
        """;

    static final String EVENTS = """
        data: {"id":"chatcmpl-52e1","object":"chat.completion.chunk","created":1795689881,"model":"echo",\
        "choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}

        data: {"id":"chatcmpl-52e1","object":"chat.completion.chunk","created":1795689881,"model":"echo",\
        "choices":[{"index":0,"delta":{"content":"Hello"},"finish_reason":null}]}

        data: {"id":"chatcmpl-52e1","object":"chat.completion.chunk","created":1795689881,"model":"echo",\
        "choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}

        data: [DONE]

        """;

    static final String EXPLANATION = """
        {
          "object": "chat.completion.explanation",
          "model": "mistral/mistral-small-latest",
          "route": {
            "provider": "mistral",
            "model": "mistral-small-latest",
            "dialect": "mistral",
            "relayed": false,
            "calls": 1,
            "profile": "mistral"
          },
          "params": [
            { "field": "model", "verdict": "passed" },
            { "field": "seed", "verdict": "renamed", "detail": "random_seed" },
            { "field": "messages", "verdict": "passed" }
          ],
          "upstream": {
            "method": "POST",
            "path": "/chat/completions",
            "headers": { "authorization": "***", "content-type": "application/json" },
            "body": {
              "model": "mistral-small-latest",
              "random_seed": 7,
              "messages": [{ "role": "user", "content": "Hello" }]
            }
          },
          "tokens": { "prompt_estimate": 8, "prompt_max": null, "completion_max": null },
          "price_usd": { "min": null, "max": null },
          "limits": []
        }
        """;

    static final String MODEL = """
        {
          "id": "sim/echo",
          "object": "model",
          "created": 1795689882,
          "owned_by": "sim",
          "context_length": null,
          "max_output_tokens": null,
          "supported_parameters": ["model", "messages", "temperature", "tools"],
          "modalities": null,
          "reasoning": { "thinking": null, "efforts": [] },
          "abilities": [],
          "pricing": null,
          "sources": { "limits": { "name": "unknown", "date": null }, "pricing": null }
        }
        """;

    static final String MODELS = "{\n  \"object\": \"list\",\n  \"data\": [\n"
            + MODEL.stripTrailing().indent(4).stripTrailing() + "\n  ]\n}\n";

    static final String MODEL_INFO = """
        {
          "data": [
            {
              "model_name": "sim/echo",
              "model_info": {
                "target": "sim/echo",
                "provider": "sim",
                "dialect": "openai_chat",
                "supported_parameters": ["model", "messages", "temperature", "tools"],
                "context_window": null,
                "max_output_tokens": null,
                "input_cost_per_token": null,
                "output_cost_per_token": null,
                "prices": null,
                "limits_source": "unknown",
                "price_source": null
              }
            }
          ]
        }
        """;

    static final String KEY = """
        {
          "object": "key",
          "id": "key_01m8bq9nbcj65rp7s9qqky6sas",
          "name": "first",
          "prefix": "sk-gapura-MN6p",
          "organization": "default",
          "team": null,
          "person": null,
          "may": {},
          "limits": [
            { "scope": "key", "id": null, "measure": "requests", "limit": 60, "remaining": 59, "reset_ms": 1000 }
          ]
        }
        """;

    private PublicExamples() {}
}
