package dev.gapura.admin;

import dev.gapura.access.Permission;
import dev.gapura.parameter.Parameter;
import dev.gapura.parameter.Shape;
import io.vertx.core.http.HttpMethod;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One route of the admin API: what is checked, who may, what `/openapi.json` says, and who answers, in one place.
/// Immutable.
///
/// @param method of the request
/// @param template path; `{name}` stands for one segment, and `{name}:verb` for one with an ending
/// @param rule what the caller must have
/// @param summary what it does, one sentence
/// @param query parameters of the query
/// @param body members of the JSON body, null where it takes none
/// @param answer members of the answer
/// @param type media type of the answer
/// @param handler answers
/// @param others whether parameters of the query that it does not know are passed over, not refused
public record Route(
        HttpMethod method,
        String template,
        Rule rule,
        String summary,
        List<Parameter> query,
        Shape.@Nullable Members body,
        Shape answer,
        String type,
        Handler handler,
        boolean others) {
    /// Under which all of them lie.
    public static final String ROOT = "/admin/api";

    public Route {
        query = List.copyOf(query);
    }

    /// A route that refuses what it does not know.
    public Route(
            HttpMethod method,
            String template,
            Rule rule,
            String summary,
            List<Parameter> query,
            Shape.@Nullable Members body,
            Shape answer,
            String type,
            Handler handler) {
        this(method, template, rule, summary, query, body, answer, type, handler, false);
    }

    /// A route that reads.
    ///
    /// @param path below [#ROOT]
    public static Route get(String path, Rule rule, String summary, Shape answer, Handler handler) {
        return of(HttpMethod.GET, path, rule, summary, answer, handler);
    }

    /// A route that makes or does something.
    public static Route post(
            String path, Rule rule, String summary, Shape.Members body, Shape answer, Handler handler) {
        return of(HttpMethod.POST, path, rule, summary, answer, handler).taking(body);
    }

    /// A route that changes something: members that are left out stay as they are.
    public static Route patch(
            String path, Rule rule, String summary, Shape.Members body, Shape answer, Handler handler) {
        return of(HttpMethod.PATCH, path, rule, summary, answer, handler).taking(body);
    }

    /// A route that sets the whole of something.
    public static Route put(String path, Rule rule, String summary, Shape.Members body, Shape answer, Handler handler) {
        return of(HttpMethod.PUT, path, rule, summary, answer, handler).taking(body);
    }

    /// A route that ends something.
    public static Route delete(String path, Rule rule, String summary, Shape answer, Handler handler) {
        return of(HttpMethod.DELETE, path, rule, summary, answer, handler);
    }

    /// [#get] for what a permission lets.
    public static Route get(String path, Permission permission, String summary, Shape answer, Handler handler) {
        return get(path, new Rule.May(permission), summary, answer, handler);
    }

    /// [#post] for what a permission lets.
    public static Route post(
            String path, Permission permission, String summary, Shape.Members body, Shape answer, Handler handler) {
        return post(path, new Rule.May(permission), summary, body, answer, handler);
    }

    /// [#patch] for what a permission lets.
    public static Route patch(
            String path, Permission permission, String summary, Shape.Members body, Shape answer, Handler handler) {
        return patch(path, new Rule.May(permission), summary, body, answer, handler);
    }

    /// [#put] for what a permission lets.
    public static Route put(
            String path, Permission permission, String summary, Shape.Members body, Shape answer, Handler handler) {
        return put(path, new Rule.May(permission), summary, body, answer, handler);
    }

    /// [#delete] for what a permission lets.
    public static Route delete(String path, Permission permission, String summary, Shape answer, Handler handler) {
        return delete(path, new Rule.May(permission), summary, answer, handler);
    }

    private static Route of(HttpMethod method, String path, Rule rule, String summary, Shape answer, Handler handler) {
        return new Route(method, ROOT + path, rule, summary, List.of(), null, answer, "application/json", handler);
    }

    private Route taking(Shape.Members members) {
        return new Route(method, template, rule, summary, query, members, answer, type, handler, others);
    }

    /// The same with parameters of the query.
    public Route asking(Parameter... parameters) {
        return new Route(method, template, rule, summary, List.of(parameters), body, answer, type, handler, others);
    }

    /// The same with answers of another media type.
    public Route answering(String mediaType) {
        return new Route(method, template, rule, summary, query, body, answer, mediaType, handler, others);
    }

    /// The same for requests that others make up: what they add to the query is passed over.
    public Route passingOver() {
        return new Route(method, template, rule, summary, query, body, answer, type, handler, true);
    }
}
