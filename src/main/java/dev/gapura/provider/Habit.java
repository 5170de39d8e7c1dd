package dev.gapura.provider;

/// What an OpenAI-compatible provider, or one of its models, demands of the messages and tools of a request beyond the
/// dialect. Sources: the provider tables of the wire reference and recordings; each entry of a known provider says
/// where its facts come from.
public enum Habit {
    /// Knows no `name` in messages.
    NAMELESS,
    /// Knows `name` in messages of the user's only.
    ONLY_USERS_HAVE_NAMES,
    /// Knows `system`, not `developer`.
    DEVELOPER_IS_SYSTEM,
    /// Knows neither; instructions are the user's words.
    INSTRUCTIONS_ARE_USERS,
    /// Wants text as one string, not as parts.
    TEXT_IS_A_STRING,
    /// Reads text only: any other part is something that it cannot see.
    TEXT_ONLY,
    /// Sees no pictures.
    NO_PICTURES,
    /// Hears nothing.
    NO_SOUND,
    /// Reads no documents.
    NO_DOCUMENTS,
    /// Takes earlier reasoning as `reasoning`.
    REASONING_IS_REASONING,
    /// Takes earlier reasoning as `reasoning_content`.
    REASONING_IS_CONTENT,
    /// Refuses an assistant turn without `reasoning_content` once tools were called; empty will do.
    REASONING_ON_EVERY_TURN,
    /// Refuses reasoning of turns before the user's last message.
    REASONING_OF_THIS_TURN_ONLY,
    /// Wants the thought that led to calls of tools back beside them, as text, under the name it gave it.
    CALLS_BRING_REASONING,
    /// Wants the `reasoning_details` that led to calls of tools back beside them: they are signed or
    /// sealed.
    CALLS_BRING_DETAILS,
    /// Knows no marks of caching.
    NO_CACHE_MARKS,
    /// Knows marks of caching as `prompt_cache_breakpoint`.
    BREAKPOINTS,
    /// Wants user and assistant in turns behind the instructions.
    ALTERNATES,
    /// Knows no tools: earlier calls and their answers are told as text.
    NO_TOOL_TURNS,
    /// Refuses `additionalProperties: false` in the schemas of tools.
    OPEN_SCHEMAS
}
