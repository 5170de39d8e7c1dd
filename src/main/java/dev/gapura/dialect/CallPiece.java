package dev.gapura.dialect;

/// What a piece of a streamed tool call says of which call it belongs to, and the same of a call that began.
///
/// @param index place on the wire, negative where none is given
/// @param id empty where none is given
/// @param name empty where none is given
public record CallPiece(int index, String id, String name) {
    /// Whether this piece goes on with a call that began: by index, and by id where whole calls come
    /// without an index or all with the same one. A name begins a new call where nothing else tells the two
    /// apart.
    public boolean continues(CallPiece call) {
        boolean place = index >= 0 ? call.index == index : id.isEmpty() || call.id.equals(id);
        boolean other = !id.isEmpty() && !call.id.isEmpty() && !id.equals(call.id) && !name.isEmpty();
        boolean next = index < 0 && id.isEmpty() && !name.isEmpty() && !call.name.isEmpty();
        return place && !other && !next;
    }
}
