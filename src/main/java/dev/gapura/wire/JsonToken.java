package dev.gapura.wire;

/// What [JsonScanner#next()] stands on.
public enum JsonToken {
    /// `{`
    OBJECT,
    /// `[`
    ARRAY,
    /// A string that is a value.
    STRING,
    NUMBER,
    TRUE,
    FALSE,
    NULL,
    /// The name of an object member; its colon is already read.
    NAME,
    /// `}`
    END_OBJECT,
    /// `]`
    END_ARRAY,
    /// The document is complete and only white space followed it.
    END
}
