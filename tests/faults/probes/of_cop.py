"""What graphql-cop looks for, the scanner of that name."""

from tests.faults.probes.probe import TYPENAME, Target, answer_of, data_of, is_out_of_order, probe

RISE = "query { __schema { types { fields { type { fields { type { fields { type { fields { name"


@probe("101 aliases")
async def _(target: Target) -> bool:
    aliases = " ".join(f"a{n}: __typename" for n in range(101))
    return "a100" in data_of(await target.ask(f"{{ {aliases} }}"))


@probe("several documents in a list")
async def _(target: Target) -> bool:
    response = await target.post(json=[{"query": TYPENAME}] * 11)
    return is_out_of_order(response, 400)


@probe("500 fields of one name")
async def _(target: Target) -> bool:
    return bool(data_of(await target.ask(f"{{ {'__typename ' * 500} }}")))


@probe("ten directives in one place")
async def _(target: Target) -> bool:
    response = await target.ask("{ __typename " + "@aa" * 10 + " }")
    return len(answer_of(response).get("errors", [])) != 1


@probe("a circle in the introspection")
async def _(target: Target) -> bool:
    return bool(data_of(await target.ask(RISE + " }" * RISE.count("{"))))


@probe("fragments in a circle")
async def _(target: Target) -> bool:
    a, b = (f"fragment {it} on Query {{ __typename ...{that} }}" for it, that in ("AB", "BA"))
    return "errors" not in answer_of(await target.ask(f"{{ ...A }} {a} {b}"))


@probe("names that could have been meant")
async def _(target: Target) -> bool:
    wrong = ("{ __schema { directive } }", "{ viewe { id } }", "{ program { nam } }")
    return any(["Did you mean" in (await target.ask(it)).text for it in wrong])


@probe("a mutation in an address")
async def _(target: Target) -> bool:
    return is_out_of_order(await target.open("mutation { __typename }"), 405)


@probe("a form")
async def _(target: Target) -> bool:
    in_address = await target.post(params={"query": TYPENAME})
    in_body = await target.post(data={"query": TYPENAME})
    return is_out_of_order(in_address, 415) or is_out_of_order(in_body, 415)


@probe("how an answer came about")
async def _(target: Target) -> bool:
    headers = {"X-Apollo-Tracing": "1", "Apollo-Federation-Include-Trace": "ftv1"}
    wanted = {"query": TYPENAME, "extensions": {"tracing": True, "debug": True}}
    response = await target.post(json=wanted, headers=headers)
    return answer_of(response).get("extensions", {}).keys() != {"cost"}


@probe("a crash in words of Python")
async def _(target: Target) -> bool:
    responses = [await target.ask(it) for it in ("qwerty cop { abc }", "{", "{ a(b: $c) }", "\\")]
    words = ("exception", "stacktrace", "Traceback", "graphql.", ".py")
    is_leaking = any(word in it.text for it in responses for word in words)
    return is_leaking or any(is_out_of_order(it, 200, 400) for it in responses)


@probe("the schema", intended="clients and tools are to learn it")
async def _(target: Target) -> bool:
    return bool(data_of(await target.ask("{ __schema { queryType { name } } }")))


@probe("GraphiQL", intended="developers are to get to know the API, without a network too")
async def _(target: Target) -> bool:
    return "GraphiQL" in (await target.http.get("/graphiql")).text


@probe(
    "a query in an address", intended="GraphQL over HTTP has it, and a mutation is refused there"
)
async def _(target: Target) -> bool:
    return bool(data_of(await target.open(TYPENAME)))
