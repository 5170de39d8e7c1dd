/// Databases behind the gateway: connections, migrations, the writer's queue, and secrets at rest.
@org.jspecify.annotations.NullMarked
package dev.gapura.store;
