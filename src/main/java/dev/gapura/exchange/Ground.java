package dev.gapura.exchange;

import dev.gapura.config.Limits;
import dev.gapura.pricing.Catalogue;
import dev.gapura.route.Routes;
import dev.gapura.tools.ToolRegistry;

/// What requests are decided by, of one configuration. Immutable; any thread.
///
/// @param routes model name → target
/// @param catalogue limits, abilities and prices of models
/// @param tools server tools
/// @param limits what one request may set going
public record Ground(Routes routes, Catalogue catalogue, ToolRegistry tools, Limits limits) {}
