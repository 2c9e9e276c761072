
// What is signed is what is sent: variables are filled in now, once.
const settingOf = (name) => pm.environment.get(name);
const filled = (text) => pm.variables.replaceIn(text);
const kind = pm.request.body ? pm.request.body.mode : "";
if (kind === "urlencoded") {
  const given = pm.request.body.urlencoded;
  const parameters = {};
  for (const [name, value] of Object.entries(given.toObject())) parameters[name] = filled(value);
  for (const [key, value] of Object.entries(completed(parameters))) given.upsert({ key, value });
} else {
  const body = kind === "raw" ? filled(pm.request.body.raw) : "";
  if (body) pm.request.body.update({ mode: "raw", raw: body });
  const value = authorization(pm.request.method, filled(pm.request.url.getPathWithQuery()), body);
  pm.request.headers.upsert({ key: "Authorization", value });
}
