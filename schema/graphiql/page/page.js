"use strict";

const WHO = "{ viewer { member { name } } }";
const SIGN_IN = `mutation SignIn($input: SignInInput!) {
  signIn(input: $input) { errors { message } viewer { member { name } } }
}`;
const SIGN_OUT = "mutation SignOut { signOut(input: {}) { errors { message } } }";

const element = (id) => document.getElementById(id);

/** The answer of the API, whatever its status; the browser adds the cookie of the sign-in by itself. */
async function ask(parameters, typedHeaders) {
  const headers = new Headers(typedHeaders);
  headers.set("Accept", "application/json");
  headers.set("Content-Type", "application/json");
  const body = JSON.stringify(parameters);
  const response = await fetch("graphql", { method: "POST", credentials: "same-origin", headers, body });
  return response.json().catch(() => {
    throw new Error(`The server answered ${response.status} ${response.statusText}, and not in JSON.`);
  });
}

/** What GraphiQL asks with. */
async function fetcher(parameters, options) {
  const answer = await ask(parameters, options?.headers);
  if (isAboutSigningIn(parameters, answer)) await greet();
  if (isRefused(answer)) want();
  return answer;
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
