package dev.gapura;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// Arrows between packages go one way. The table is the one printed in ARCHITECTURE.md: a new arrow changes
/// both.
class ArchitectureTest {
    static final Map<String, Set<String>> MAY_USE = Map.ofEntries(
            Map.entry("failure", Set.of()),
            Map.entry("wire", Set.of()),
            Map.entry("chat", Set.of("failure")),
            Map.entry("config", Set.of()),
            Map.entry("parameter", Set.of("wire", "failure")),
            Map.entry("provider", Set.of("config", "failure", "parameter", "wire")),
            Map.entry("pricing", Set.of("chat", "config", "provider", "wire")),
            Map.entry("dialect", Set.of("wire", "chat", "failure", "parameter", "provider")),
            Map.entry("egress", Set.of("chat", "config", "dialect", "failure", "wire")),
            Map.entry("credential", Set.of("access", "config", "failure", "provider", "store", "wire")),
            Map.entry("route", Set.of("config", "provider", "failure")),
            Map.entry("access", Set.of("config", "failure", "store", "wire")),
            Map.entry("upstream", Set.of("config", "credential", "provider", "failure", "wire")),
            Map.entry("telemetry", Set.of("access", "failure", "chat", "config", "pricing")),
            Map.entry("store", Set.of("config")),
            Map.entry("ledger", Set.of("access", "chat", "config", "failure", "pricing", "store", "telemetry", "wire")),
            Map.entry("tools", Set.of("access", "config", "egress", "failure", "store", "wire")),
            Map.entry("limit", Set.of("access", "config", "failure", "store", "wire")),
            Map.entry("budget", Set.of("access", "config", "failure", "ledger", "limit", "store", "telemetry", "wire")),
            Map.entry("alert", Set.of("access", "budget", "config", "egress", "failure", "limit", "store", "wire")),
            Map.entry("idempotency", Set.of("failure", "store", "wire")),
            Map.entry(
                    "exchange",
                    Set.of(
                            "access",
                            "budget",
                            "chat",
                            "config",
                            "credential",
                            "dialect",
                            "egress",
                            "failure",
                            "idempotency",
                            "limit",
                            "parameter",
                            "pricing",
                            "provider",
                            "route",
                            "store",
                            "telemetry",
                            "tools",
                            "upstream",
                            "wire")),
            Map.entry(
                    "console",
                    Set.of("admin", "config", "failure", "parameter", "pricing", "provider", "server", "wire")),
            Map.entry("conformance", Set.of("wire")),
            Map.entry("sim", Set.of("wire")),
            Map.entry(
                    "server",
                    Set.of(
                            "access",
                            "budget",
                            "config",
                            "credential",
                            "dialect",
                            "egress",
                            "exchange",
                            "failure",
                            "idempotency",
                            "limit",
                            "parameter",
                            "pricing",
                            "provider",
                            "route",
                            "telemetry",
                            "tools",
                            "wire")),
            Map.entry(
                    "admin",
                    Set.of(
                            "access",
                            "alert",
                            "budget",
                            "config",
                            "credential",
                            "failure",
                            "ledger",
                            "limit",
                            "parameter",
                            "provider",
                            "server",
                            "store",
                            "telemetry",
                            "tools",
                            "wire")),
            Map.entry(
                    "app",
                    Set.of(
                            "access",
                            "admin",
                            "alert",
                            "budget",
                            "chat",
                            "config",
                            "conformance",
                            "console",
                            "credential",
                            "dialect",
                            "egress",
                            "exchange",
                            "failure",
                            "ledger",
                            "idempotency",
                            "limit",
                            "parameter",
                            "pricing",
                            "provider",
                            "route",
                            "server",
                            "sim",
                            "store",
                            "telemetry",
                            "tools",
                            "upstream",
                            "wire")));

    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.gapura");

    @Test
    void everyArrowStandsInTheTable() {
        Set<String> surplus = new TreeSet<>();
        for (JavaClass origin : MAIN) {
            String from = top(origin.getPackageName());
            for (Dependency dependency : origin.getDirectDependenciesFromSelf()) {
                String to = top(dependency.getTargetClass().getPackageName());
                if (!to.isEmpty()
                        && !to.equals(from)
                        && !MAY_USE.getOrDefault(from, Set.of()).contains(to)) {
                    surplus.add(from + " -> " + to + ": " + dependency.getDescription());
                }
            }
        }
        assertThat(surplus).isEmpty();
    }

    @Test
    void noPackageWithoutARow() {
        Set<String> packages = new TreeSet<>();
        MAIN.forEach(type -> packages.add(top(type.getPackageName())));
        assertThat(MAY_USE.keySet()).containsAll(packages);
    }

    @Test
    void noCycles() {
        SlicesRuleDefinition.slices()
                .matching("dev.gapura.(*)..")
                .should()
                .beFreeOfCycles()
                .check(MAIN);
    }

    @Test
    void dialectsNeverImportEachOther() {
        SlicesRuleDefinition.slices()
                .matching("dev.gapura.dialect.(*)..")
                .should()
                .notDependOnEachOther()
                .check(MAIN);
    }

    @Test
    void thinkingPartsDoNoInputOrOutput() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "dev.gapura.chat..",
                        "dev.gapura.wire..",
                        "dev.gapura.dialect..",
                        "dev.gapura.parameter..",
                        "dev.gapura.pricing..",
                        "dev.gapura.failure..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.vertx..", "io.netty..", "java.net.http..", "java.nio.file..")
                .check(MAIN);
    }

    @Test
    void everyPackageIsNullMarked() {
        classes()
                .that()
                .haveSimpleName("package-info")
                .should()
                .beAnnotatedWith("org.jspecify.annotations.NullMarked")
                .check(MAIN);
    }

    private static String top(String packageName) {
        if (!packageName.startsWith("dev.gapura.")) {
            return "";
        }
        String rest = packageName.substring("dev.gapura.".length());
        int dot = rest.indexOf('.');
        return dot < 0 ? rest : rest.substring(0, dot);
    }
}
