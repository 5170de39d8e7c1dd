package dev.gapura.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gapura.store.Database;
import dev.gapura.store.Kind;
import dev.gapura.testkit.TestClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Lists of keys, people and teams, searched on both databases. Figures of the search among many keys are printed;
/// `-Dkeys.many=100000` takes as many as are promised.
class SearchTest {
    private static final int MANY = Integer.getInteger("keys.many", 45_000);

    @TempDir
    private Path folder;

    private final TestClock clock = new TestClock("2026-03-01T00:00:00Z");

    private static ApiKey.Created key(Doors doors, Authority who, String name, String team, String person) {
        return Doors.now(
                doors.directory.keys().create(who, new ApiKey.Draft(name, null, team, person, null, Policy.ANYTHING)));
    }

    private static Person person(Doors doors, String email, String name, Role role) {
        return Doors.now(doors.directory.people().invite(Authority.COMMAND, "default", email, name, role))
                .person();
    }

    private static Page<ApiKey> page(Doors doors, Authority who, String search, String before, int limit) {
        return Doors.now(doors.directory
                .keys()
                .list(who, new ApiKeys.Query(null, null, null, null, search, false, before, limit)));
    }

    private static List<String> keys(Doors doors, String search) {
        return names(page(doors, Authority.COMMAND, search, null, 50));
    }

    private static List<String> names(Page<ApiKey> page) {
        return page.rows().stream().map(ApiKey::name).sorted().toList();
    }

    private static List<String> people(Doors doors, String search, Role role) {
        People.Query query = new People.Query(null, role, search, null, 50);
        return Doors.now(doors.directory.people().list(Authority.COMMAND, query)).rows().stream()
                .map(Person::email)
                .sorted()
                .toList();
    }

    private static List<String> teams(Doors doors, String search) {
        return Doors.now(doors.directory.teams().list(Authority.COMMAND, null, search)).stream()
                .map(Team::name)
                .toList();
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aPartIsFoundWhateverTheCase(Kind kind) {
        try (Doors doors = Doors.first(kind, folder, clock)) {
            key(doors, Authority.COMMAND, "Nightly Build", null, null);
            key(doors, Authority.COMMAND, "ÜBERSETZER 100%", null, null);
            key(doors, Authority.COMMAND, "snake_case!", null, null);
            key(doors, Authority.COMMAND, "snakeXcase?", null, null);

            assertThat(keys(doors, "IGHTLY b")).containsExactly("Nightly Build");
            assertThat(keys(doors, "  nightly  ")).containsExactly("Nightly Build");
            assertThat(keys(doors, "übersetzer")).containsExactly("ÜBERSETZER 100%");
            assertThat(keys(doors, "öbersetzer")).isEmpty();
            assertThat(keys(doors, "0%")).containsExactly("ÜBERSETZER 100%");
            assertThat(keys(doors, "%")).containsExactly("ÜBERSETZER 100%");
            assertThat(keys(doors, "e_C")).containsExactly("snake_case!");
            assertThat(keys(doors, "!")).containsExactly("snake_case!");
            assertThat(keys(doors, "' OR 1 = 1 --")).isEmpty();
            assertThat(keys(doors, "\\")).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void keysAreFoundByTheirPrefixTheirIdAndWhoHasThem(Kind kind) {
        try (Doors doors = Doors.first(kind, folder, clock)) {
            Person ani = person(doors, "ani@example.org", "Ani Özdemir", Role.MEMBER);
            Team blue = Doors.now(doors.directory.teams().create(Authority.COMMAND, null, "Blue Whale"));
            ApiKey.Created own = key(doors, Authority.COMMAND, "one", null, ani.id());
            ApiKey.Created shared = key(doors, Authority.COMMAND, "two", blue.id(), null);
            key(doors, Authority.COMMAND, "gapura-ci", null, null);

            assertThat(keys(doors, own.key().prefix())).containsExactly("one");
            assertThat(keys(doors, shared.key().id())).containsExactly("two");
            assertThat(keys(doors, "ANI@")).containsExactly("one");
            assertThat(keys(doors, "özdem")).containsExactly("one");
            assertThat(keys(doors, "whale")).containsExactly("two");
            // And not every key there is.
            assertThat(keys(doors, "gapura-")).containsExactly("gapura-ci");

            ApiKey.Created rotated = Doors.now(
                    doors.directory.keys().rotate(Authority.COMMAND, own.key().id(), Duration.ofHours(1)));
            assertThat(keys(doors, rotated.key().prefix())).containsExactly("one");
            assertThat(keys(doors, own.key().prefix())).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void nobodyFindsWhatTheyMayNotSee(Kind kind) {
        try (Doors doors = Doors.first(kind, folder, clock)) {
            Person ani = person(doors, "ani@example.org", "Ani", Role.MEMBER);
            key(doors, Authority.COMMAND, "mine, of many", null, ani.id());
            key(doors, Authority.COMMAND, "theirs, of many", null, null);
            Principal.Holder holder = new Principal.Holder("key", ani.organization(), null, ani.id());
            Authority asAni = Doors.now(
                            doors.directory.sessions().authority(new Principal(holder, "key", "", Policy.ANYTHING)))
                    .orElseThrow();

            assertThat(names(page(doors, asAni, "of many", null, 10))).containsExactly("mine, of many");
            assertThat(Doors.now(doors.directory.teams().list(asAni, null, "x")))
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void peopleAndTeamsAreFoundByName(Kind kind) {
        try (Doors doors = Doors.first(kind, folder, clock)) {
            Person ani = person(doors, "ani@example.org", "Ani ÖZDEMIR", Role.ADMIN);
            person(doors, "budi@example.com", "Budi", Role.MEMBER);
            Doors.now(doors.directory.teams().create(Authority.COMMAND, null, "Blue_Whale"));
            Doors.now(doors.directory.teams().create(Authority.COMMAND, null, "Écrevisse"));

            assertThat(people(doors, "özdemir", null)).containsExactly("ani@example.org");
            assertThat(people(doors, "EXAMPLE.COM", null)).containsExactly("budi@example.com");
            assertThat(people(doors, ani.id(), null)).containsExactly("ani@example.org");
            assertThat(people(doors, "i", Role.MEMBER)).containsExactly("budi@example.com");
            assertThat(people(doors, null, Role.ADMIN)).containsExactly("ani@example.org");
            assertThat(people(doors, "nobody", null)).isEmpty();
            assertThat(teams(doors, "écr")).containsExactly("Écrevisse");
            assertThat(teams(doors, "_whale")).containsExactly("Blue_Whale");
            assertThat(teams(doors, "e-w")).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void pagesOfASearchFollowEachOtherAmongVeryManyKeys(Kind kind) {
        try (Doors doors = Doors.first(kind, folder, clock)) {
            insert(doors, kind);
            int expected = 1 + (MANY - 7) / 10_000;

            List<String> found = new ArrayList<>();
            String before = null;
            int pages = 0;
            long longest = 0;
            do {
                long begin = System.nanoTime();
                Page<ApiKey> page = page(doors, Authority.COMMAND, "NEEDLE", before, 1);
                longest = Math.max(longest, System.nanoTime() - begin);
                found.addAll(names(page));
                before = page.next();
                pages++;
            } while (before != null);
            System.out.printf(
                    "%s, %d keys: %d pages of a search, the longest %d ms%n", kind, MANY, pages, longest / 1_000_000);
            assertThat(found).hasSize(expected).doesNotHaveDuplicates().allMatch(name -> name.startsWith("needle"));
            // Some pages hold nothing: a page looks at so many keys and no more.
            assertThat(pages).isLessThanOrEqualTo(expected + MANY / Search.MOST_CANDIDATES + 1);

            Page<ApiKey> nothing = page(doors, Authority.COMMAND, "haystack", null, 50);
            assertThat(nothing.rows()).isEmpty();
            assertThat(nothing.next()).isNotNull();
        }
    }

    /// Very many keys, one in ten thousand with another name.
    private static void insert(Doors doors, Kind kind) {
        String numbers = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < " + MANY + ") ";
        String hash =
                switch (kind) {
                    case SQLITE -> "CAST('hash ' || i AS BLOB)";
                    case POSTGRESQL -> "convert_to('hash ' || i, 'UTF8')";
                };
        Database.now(doors.store.configuration().commit(sql -> {
            sql.update(
                    numbers + "INSERT INTO api_key (id, organization, name, created_ms, created_by, policy, revision)"
                            + " SELECT 'key_' || (1000000 + i), 'default',"
                            + " CASE WHEN i % 10000 = 7 THEN 'needle ' || i ELSE 'program number ' || i END,"
                            + " 0, 'command', '{}', 0 FROM n");
            return sql.update(numbers + "INSERT INTO key_secret (hash, api_key, prefix, created_ms, revision) SELECT "
                    + hash + ", 'key_' || (1000000 + i), 'sk-gapura-xxxx', 0, 0 FROM n");
        }));
    }
}
