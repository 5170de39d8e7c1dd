# Sourced by ./mvnw and ./gapura: makes JAVA_HOME a JDK 25 or newer where one can be found.
# Order: GAPURA_JAVA_HOME, JAVA_HOME, the java on PATH, then the usual installation folders.

gapura_java_version() {
  [ -x "$1/bin/java" ] || return 1
  if [ -r "$1/release" ]; then
    v=$(sed -n 's/^JAVA_VERSION="\{0,1\}\([0-9]*\).*/\1/p' "$1/release")
  else
    v=$("$1/bin/java" -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p' | head -n 1)
  fi
  [ "${v:-0}" -ge 25 ] 2>/dev/null
}

gapura_find_jdk() {
  for home in "${GAPURA_JAVA_HOME-}" "${JAVA_HOME-}"; do
    [ -n "$home" ] && gapura_java_version "$home" && { printf '%s\n' "$home"; return 0; }
  done
  java=$(command -v java 2>/dev/null)
  if [ -n "$java" ]; then
    java=$(readlink -f "$java" 2>/dev/null || printf '%s' "$java")
    home=${java%/bin/java}
    gapura_java_version "$home" && { printf '%s\n' "$home"; return 0; }
  fi
  for home in /usr/lib/jvm/* /usr/java/* /opt/java/* /opt/jdk* "${HOME-}"/.sdkman/candidates/java/* "${HOME-}"/.jdks/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home "${HOME-}"/Library/Java/JavaVirtualMachines/*/Contents/Home \
    /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home; do
    [ -d "$home" ] && gapura_java_version "$home" && { printf '%s\n' "$home"; return 0; }
  done
  return 1
}

# Said once: what is started from here inherits an environment without the useless name.
if [ -n "${GAPURA_JAVA_HOME-}" ] && ! gapura_java_version "$GAPURA_JAVA_HOME"; then
  echo "GAPURA_JAVA_HOME is ignored: there is no Java 25 or newer in $GAPURA_JAVA_HOME" >&2
  unset GAPURA_JAVA_HOME
fi

if gapura_home=$(gapura_find_jdk); then
  JAVA_HOME=$gapura_home
  export JAVA_HOME
fi
