"use strict";

const WHO = "{ viewer { member { name } } }";
const SIGN_IN = `mutation SignIn($input: SignInInput!) {
  signIn(input: $input) { errors { message } viewer { member { name } } }
}`;
const SIGN_OUT = "mutation SignOut { signOut(input: {}) { errors { message } } }";

const element = (id) => document.getElementById(id);

/** The answer of the API, whatever its status. */
async function ask(parameters, typedHeaders) {
  return answerIn(await send(parameters, typedHeaders, "application/json"));
}

/** The browser adds the cookie of the sign-in by itself. */
function send(parameters, typedHeaders, accept, signal) {
  const headers = new Headers(typedHeaders);
  headers.set("Accept", accept);
  headers.set("Content-Type", "application/json");
  const body = JSON.stringify(parameters);
  return fetch("graphql", { method: "POST", credentials: "same-origin", headers, body, signal });
}

function answerIn(response) {
  return response.json().catch(() => {
    throw new Error(`The server answered ${response.status} ${response.statusText}, and not in JSON.`);
  });
}

/** What GraphiQL asks with. */
function fetcher(parameters, options) {
  const asked = isSubscription(parameters, options?.documentAST) ? following : answered;
  return asked(parameters, options?.headers);
}

function isSubscription({ operationName }, document) {
  const operations = document?.definitions.filter((it) => it.kind === "OperationDefinition") ?? [];
  const meant = operations.find((it) => !operationName || it.name?.value === operationName);
  return meant?.operation === "subscription";
}

async function answered(parameters, typedHeaders) {
  return noted(parameters, await ask(parameters, typedHeaders));
}

/** An answer, once the page shows what it says of who is signed in. */
async function noted(parameters, answer) {
  if (isAboutSigningIn(parameters, answer)) await greet();
  if (isRefused(answer)) want();
  return answer;
}

/** The answers to a subscription, one for each event, in the form that GraphiQL can stop. */
function following(parameters, typedHeaders) {
  return {
    subscribe({ next, error, complete }) {
      const leaving = new AbortController();
      const failed = (trouble) => leaving.signal.aborted || error(trouble);
      follow(parameters, typedHeaders, leaving.signal, next).then(complete).catch(failed);
      return { unsubscribe: () => leaving.abort() };
    },
  };
}

async function follow(parameters, typedHeaders, signal, next) {
  const response = await send(parameters, typedHeaders, "text/event-stream", signal);
  if (!response.ok) return next(await noted(parameters, await answerIn(response)));
  for await (const line of linesOf(response.body)) {
    if (line.startsWith("data: ")) next(await noted(parameters, JSON.parse(line.slice("data: ".length))));
  }
}

async function* linesOf(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    const lines = (rest + read.value).split("\n");
    rest = lines.pop();
    yield* lines;
  }
}

/** Whether somebody else may be signed in afterwards than is shown. */
function isAboutSigningIn({ query }, answer) {
  return isRefused(answer) || /\bsign(In|Out)\b/.test(query);
}

function isRefused({ errors = [] }) {
  return errors.some((error) => error.extensions?.code === "UNAUTHENTICATED");
}

/** Show who is signed in, or where to. */
async function greet() {
  const { data } = await ask({ query: WHO });
  show(data?.viewer);
}

function show(viewer) {
  element("sign-in").hidden = Boolean(viewer);
  element("sign-out").hidden = !viewer;
  element("who").textContent = viewer ? `Signed in as ${viewer.member.name}` : "";
}

/** Draw attention to the form, unless somebody is signed in and it was a header that was wrong. */
function want() {
  if (!element("sign-in").hidden) notify("Please sign in first.");
}

function notify(sentence) {
  element("notice").textContent = sentence;
  document.querySelector("header").classList.toggle("is-wanted", Boolean(sentence));
}

/** Do what a form is for; if that fails, say so in a sentence. */
function on(form, action) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    notify("");
    try {
      await action(form);
    } catch {
      notify("The server does not answer. Please try again later.");
    }
  });
}

/** The first thing that went wrong, whether with the request as a whole or with what was put in. */
function trouble({ data, errors = [] }) {
  return [...errors, ...Object.values(data ?? {}).flatMap((payload) => payload?.errors ?? [])][0];
}

async function signIn(form) {
  const answer = await ask({ query: SIGN_IN, variables: { input: Object.fromEntries(new FormData(form)) } });
  form.elements.password.value = "";
  if (trouble(answer)) {
    notify(trouble(answer).message);
    return form.elements.password.focus();
  }
  form.reset();
  show(answer.data.signIn.viewer);
  element("sign-out").querySelector("button").focus();
}

async function signOut() {
  const answer = await ask({ query: SIGN_OUT });
  if (trouble(answer)) notify(trouble(answer).message);
  await greet();
  element("sign-in").elements.username.focus();
}

/** What the address asks for, once: from then on it is one of the tabs that this window keeps. */
function asked() {
  const address = new URLSearchParams(location.search);
  if (!address.get("query")) return [];
  const tab = { query: address.get("query"), variables: address.get("variables") };
  // Where GraphiQL keeps what is in front. Whoever loads the page again finds it as they left it.
  sessionStorage.setItem("graphiql:query", tab.query);
  sessionStorage.setItem("graphiql:variables", tab.variables ?? "");
  history.replaceState(null, "", location.pathname);
  return [tab];
}

/** One tab for each example. */
function examples() {
  return JSON.parse(element("examples").textContent).map((query) => ({ query }));
}

// Documents may hold messages to people, and passwords: they are gone with the window.
ReactDOM.render(
  React.createElement(GraphiQL, {
    fetcher,
    defaultTabs: [...asked(), ...examples()],
    shouldPersistHeaders: false,
    storage: sessionStorage,
  }),
  element("graphiql"),
);

on(element("sign-in"), signIn);
on(element("sign-out"), signOut);
greet().catch(() => show(null));
