package dev.gapura.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Every role, every permission, everything that something can belong to.
class AuthorityTest {
    /// Somebody with this role, in the team `in` and administering the team `led` of the organization
    /// `home`.
    private static Authority as(Role role) {
        return new Authority("person:me", role, "home", "me", Set.of("in", "led"), Set.of("led"));
    }

    private static final Map<String, Area> AREAS = new LinkedHashMap<>();

    static {
        AREAS.put("mine", new Area("home", null, "me", Role.MEMBER));
        AREAS.put("led", Area.team("home", "led"));
        AREAS.put("ledOther", new Area("home", "led", "other", Role.MEMBER));
        AREAS.put("in", Area.team("home", "in"));
        AREAS.put("inOther", new Area("home", "in", "other", Role.MEMBER));
        AREAS.put("other", new Area("home", null, "other", Role.MEMBER));
        AREAS.put("owners", new Area("home", null, "boss", Role.OWNER));
        AREAS.put("home", Area.organization("home"));
        AREAS.put("foreign", new Area("abroad", "there", "stranger", Role.MEMBER));
        AREAS.put("gateway", Area.GATEWAY);
    }

    /// Who may, as O(wner), A(dmin), M(ember), V(iewer).
    private static final String TABLE = """
            permission           mine  led   ledOther in    inOther other owners home  foreign gateway
            READ_ORGANIZATIONS   OAMV  OAMV  OAMV     OAMV  OAMV    OAMV  OAMV   OAMV  O       O
            CHANGE_ORGANIZATIONS O     O     O        O     O       O     O      O     O       O
            READ_TEAMS           OAMV  OAMV  OAMV     OAMV  OAMV    OA    OA     OA    O       O
            CHANGE_TEAMS         OA    OA    OA       OA    OA      OA    OA     OA    O       O
            READ_PEOPLE          OAMV  OAMV  OAMV     OA    OA      OA    OA     OA    O       O
            CHANGE_PEOPLE        OA    OA    OA       OA    OA      OA    O      OA    O       O
            READ_KEYS            OAMV  OAMV  OAMV     OAV   OAV     OA    OA     OA    O       O
            CHANGE_KEYS          OAM   OAM   OA       OA    OA      OA    O      OA    O       O
            READ_LIMITS          OAMV  OAMV  OAMV     OAV   OAV     OA    OA     OA    O       O
            CHANGE_LIMITS        OA    OA    OA       OA    OA      OA    OA     OA    O       O
            READ_REQUESTS        OAMV  OAMV  OAMV     OAV   OAV     OA    OA     OA    O       O
            STOP_REQUESTS        OAM   OAM   OAM      OA    OA      OA    OA     OA    O       O
            READ_AUDIT           OA    OA    OA       OA    OA      OA    OA     OA    O       O
            READ_GATEWAY         OA    OA    OA       OA    OA      OA    OA     OA    OA      OA
            OPERATE              O     O     O        O     O       O     O      O     O       O
            """;

    @Test
    void theWholeMatrix() {
        List<String> lines = TABLE.lines().toList();
        List<String> areas = Arrays.asList(lines.getFirst().split(" +")).subList(1, AREAS.size() + 1);
        assertThat(areas).containsExactlyElementsOf(AREAS.keySet());
        Set<Permission> seen = EnumSet.noneOf(Permission.class);
        for (String line : lines.subList(1, lines.size())) {
            String[] cells = line.split(" +");
            Permission permission = Permission.valueOf(cells[0]);
            seen.add(permission);
            List<String> actual = new ArrayList<>();
            for (String area : areas) {
                StringBuilder who = new StringBuilder();
                for (Role role : Role.values()) {
                    who.append(
                            as(role).may(permission, AREAS.get(area))
                                    ? role.name().substring(0, 1)
                                    : "");
                }
                actual.add(area + " " + who);
            }
            List<String> expected = new ArrayList<>();
            for (int index = 0; index < areas.size(); index++) {
                expected.add(areas.get(index) + " " + cells[index + 1]);
            }
            assertThat(actual).as(permission.name()).isEqualTo(expected);
        }
        assertThat(seen).isEqualTo(EnumSet.allOf(Permission.class));
    }

    @Test
    void whoeverMayChangeMayRead() {
        for (Role role : Role.values()) {
            for (Permission permission : Permission.values()) {
                AREAS.forEach((name, area) -> {
                    if (as(role).may(permission, area)) {
                        assertThat(as(role).may(permission.reading(), area))
                                .as(role + " " + permission + " " + name)
                                .isTrue();
                    }
                });
            }
        }
    }

    @Test
    void aListIsForWhoeverMaySeeSomethingOfIt() {
        for (Role role : Role.values()) {
            for (Permission permission : Permission.values()) {
                boolean something = AREAS.values().stream().anyMatch(area -> as(role).may(permission, area));
                assertThat(as(role).may(permission)).as(role + " " + permission).isEqualTo(something);
            }
        }
    }

    @Test
    void theHistoryOfEachRole() {
        assertThat(as(Role.OWNER).requests()).isEqualTo(new RequestScope.Everything());
        assertThat(as(Role.ADMIN).requests()).isEqualTo(new RequestScope.Organization("home"));
        assertThat(as(Role.MEMBER).requests()).isEqualTo(new RequestScope.Own("me", Set.of("led")));
        assertThat(as(Role.VIEWER).requests()).isEqualTo(new RequestScope.Own("me", Set.of("in", "led")));
        assertThat(Authority.COMMAND.requests()).isEqualTo(new RequestScope.Everything());
    }
}
