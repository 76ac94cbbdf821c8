"""Values that nobody means."""

from tests.faults.probes.probe import HEAD, TWO, TYPENAME, Target, data_of, is_out_of_order, probe

OF_ID = "query($id: ID!) { node(id: $id) { id } }"


@probe("NUL")
async def _(target: Target) -> bool:
    responses = [
        await target.ask("{ __typename\0 }"),
        await target.ask(OF_ID, variables={"id": "mem_\0"}),
        await target.ask('{ node(id: "mem_\\u0000") { id } }'),
        await target.ask('{ mentors(filter: {text: "\\u0000"}) { totalCount } }'),
    ]
    return any(it.status_code >= 500 or "INTERNAL" in it.text for it in responses)


@probe("half a character")
async def _(target: Target) -> bool:
    inside = f'{{"query": "{OF_ID}", "variables": {{"id": "\\ud800"}}}}'
    escaped = await target.ask('{ node(id: "\\ud800") { id } }')
    is_crash = "INTERNAL" in escaped.text or escaped.status_code >= 500
    return is_crash or is_out_of_order(await target.body(inside.encode()), 400)


@probe("names in escapes")
async def _(target: Target) -> bool:
    return bool(data_of(await target.ask("{ \\u005f_typename }")))


@probe("large variables")
async def _(target: Target) -> bool:
    answer = await target.raw(HEAD + b"Content-Length: 200000\r\n\r\n")
    return not answer.startswith(b"HTTP/1.1 413")


@probe("deep variables")
async def _(target: Target) -> bool:
    for deep in ("[" * 40_000, '{"a":' * 900 + "1" + "}" * 900, "[" * 900 + "]" * 900):
        body = f'{{"query": "{OF_ID}", "variables": {{"id": {deep}}}}}'
        if is_out_of_order(await target.body(body.encode()), 200, 400):
            return True
    return False


@probe("a list in the place of a value")
async def _(target: Target) -> bool:
    responses = [
        await target.ask(OF_ID, variables={"id": ["a", "b"]}),
        await target.ask(OF_ID, variables=[{"id": "a"}, {"id": "b"}]),
        await target.post(json={"query": [TYPENAME, TYPENAME]}),
        await target.ask(TYPENAME, operationName=["a", "b"]),
    ]
    return any(is_out_of_order(it, 200, 400) or bool(data_of(it)) for it in responses)


@probe("an operation that is not there")
async def _(target: Target) -> bool:
    responses = [await target.ask(TWO, operationName=it) for it in ("three", "", "ONE", None)]
    return any(is_out_of_order(it, 200, 400) for it in responses)


@probe("another operation than the first, in an address")
async def _(target: Target) -> bool:
    given = {"query": TWO, "operationName": "two"}
    return is_out_of_order(await target.http.get("/graphql", params=given), 405)


@probe("a long name of an operation")
async def _(target: Target) -> bool:
    name = "a" * 50_000
    responses = [
        await target.ask(f"query b {TYPENAME}", operationName=name),
        await target.ask(f"query {name} {TYPENAME}"),
    ]
    return any(it.status_code not in (200, 400) or len(it.text) > 60_000 for it in responses)


@probe("directives of other servers")
async def _(target: Target) -> bool:
    documents = ("{ ...@defer { __typename } }", "{ program { topics @stream { id } } }")
    return any([bool(data_of(await target.ask(it))) for it in documents])
