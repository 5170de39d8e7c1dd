package dev.gapura.testkit.rules;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/// What one provider's documentation demands of a request, written down without the gateway's code, as strict as the
/// documentation lets it be: members, types, limits, the order of roles, ids, names, and what may not stand together.
/// Stateless.
public interface RequestRules {
    /// The first few things for which the provider would refuse a request, or take it otherwise than it was meant;
    /// empty where there are none.
    ///
    /// @param path as it would be called, below the provider's address
    /// @param body as it would be sent
    /// @param model as the gateway was asked for it
    List<String> faults(String path, JsonNode body, String model);
}
