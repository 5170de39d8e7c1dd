package dev.gapura.app;

import dev.gapura.access.Directory;
import dev.gapura.admin.AuditRoutes;
import dev.gapura.admin.KeyRoutes;
import dev.gapura.admin.OrganizationRoutes;
import dev.gapura.admin.PeopleRoutes;
import dev.gapura.admin.RecentRoutes;
import dev.gapura.admin.RequestRoutes;
import dev.gapura.admin.Route;
import dev.gapura.admin.UsageRoutes;
import dev.gapura.ledger.Ledger;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/// Puts the routes of the admin API together.
final class Administration {
    private Administration() {}

    /// Those that need nothing but the databases, so that commands have them without a gateway.
    static List<Route> stored(Ledger ledger, Directory directory) {
        List<Route> routes = new ArrayList<>();
        routes.addAll(new RequestRoutes(ledger).routes());
        routes.addAll(new RecentRoutes(ledger).routes());
        routes.addAll(new UsageRoutes(ledger, InstantSource.system()).routes());
        routes.addAll(new KeyRoutes(directory.keys()).routes());
        routes.addAll(new PeopleRoutes(directory.people()).routes());
        routes.addAll(new OrganizationRoutes(directory.organizations(), directory.teams()).routes());
        routes.addAll(new AuditRoutes(directory.audit()).routes());
        return routes;
    }
}
