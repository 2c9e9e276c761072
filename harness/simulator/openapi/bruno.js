
// What is signed is what is sent: variables are filled in now, once.
const settingOf = (name) => bru.getEnvVar(name);
const filled = (text) => bru.interpolate(text);
const url = filled(req.getUrl());
req.setUrl(url);
const given = req.getBody({ raw: true });
if (Array.isArray(given)) {
  const parameters = {};
  for (const each of given) parameters[each.name] = filled(each.value);
  const pairs = Object.entries(completed(parameters));
  req.setBody(pairs.map((pair) => pair.map(encodeURIComponent).join("=")).join("&"), { raw: true });
} else {
  const body = given ? filled(given) : "";
  if (body) req.setBody(body, { raw: true });
  req.setHeader("Authorization", authorization(req.getMethod(), url.replace(/^\w+:\/\/[^/]+/, ""), body));
}
