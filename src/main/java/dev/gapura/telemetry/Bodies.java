package dev.gapura.telemetry;

/// The two bodies of an exchange, each perhaps only its beginning. The arrays are nobody else's.
///
/// @param request first bytes of what the client sent
/// @param requestBytes length of what the client sent
/// @param answer first bytes of what the client got, before compression
/// @param answerBytes length of what the client got
public record Bodies(byte[] request, long requestBytes, byte[] answer, long answerBytes) {}
