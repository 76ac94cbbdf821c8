// What a browser adds to the requests of a page: its origin, and the cookies of the server.
const asApp = globalThis.fetch;
let cookie = '';

globalThis.fetch = async (address, options = {}) => {
  const added = { Origin: new URL(address).origin, ...(cookie && { Cookie: cookie }) };
  const response = await asApp(address, { ...options, headers: { ...options.headers, ...added } });
  const [kept] = response.headers.getSetCookie();
  if (kept) [cookie] = kept.split(';');
  return response;
};
