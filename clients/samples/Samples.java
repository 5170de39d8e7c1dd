import com.sun.source.util.JavacTask;
import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/// Parses the samples in the folders that are named, or compiles and runs them where a class path is given:
/// `java Samples.java [-cp CLASSPATH] FOLDER…`, each with a `Sample.java`. Prints what went wrong, and ends with 1.
public class Samples {
    private static final JavaCompiler COMPILER = ToolProvider.getSystemJavaCompiler();

    public static void main(String[] args) throws Exception {
        boolean runs = args.length > 1 && args[0].equals("-cp");
        List<String> folders = new ArrayList<>(List.of(args).subList(runs ? 2 : 0, args.length));
        boolean failed = false;
        for (String folder : folders) {
            try {
                if (runs) {
                    run(Path.of(folder), args[1]);
                } else {
                    parse(Path.of(folder));
                }
            } catch (Throwable wrong) {
                failed = true;
                System.out.println(folder + ": " + (wrong.getCause() == null ? wrong : wrong.getCause()));
            }
        }
        System.exit(failed ? 1 : 0);
    }

    private static void parse(Path folder) throws Exception {
        DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
        JavacTask task = (JavacTask) task(folder, found, List.of());
        task.parse();
        check(found);
    }

    private static void run(Path folder, String classPath) throws Exception {
        DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
        boolean compiled = task(folder, found, List.of("-cp", classPath, "-proc:none", "-d", folder.toString()))
                .call();
        check(found);
        if (!compiled) {
            throw new IllegalStateException("does not compile");
        }
        List<URL> urls = new ArrayList<>(List.of(folder.toUri().toURL()));
        for (String entry : classPath.split(File.pathSeparator)) {
            urls.add(Path.of(entry).toUri().toURL());
        }
        try (URLClassLoader loader = new URLClassLoader(urls.toArray(URL[]::new))) {
            Thread.currentThread().setContextClassLoader(loader);
            loader.loadClass("Sample").getMethod("main", String[].class).invoke(null, (Object) new String[0]);
        }
    }

    private static JavaCompiler.CompilationTask task(
            Path folder, DiagnosticCollector<JavaFileObject> found, List<String> options) {
        StandardJavaFileManager files = COMPILER.getStandardFileManager(found, Locale.ROOT, null);
        return COMPILER.getTask(
                null, files, found, options, null, files.getJavaFileObjects(folder.resolve("Sample.java")));
    }

    private static void check(DiagnosticCollector<JavaFileObject> found) {
        found.getDiagnostics().stream()
                .filter(one -> one.getKind() == javax.tools.Diagnostic.Kind.ERROR)
                .findFirst()
                .ifPresent(one -> {
                    throw new IllegalStateException("line " + one.getLineNumber() + ": " + one.getMessage(Locale.ROOT));
                });
    }
}
