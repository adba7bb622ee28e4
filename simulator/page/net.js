// Talking to the simulator: acts of people, what they see, and what people hear when something cannot be done.

/** Ask for JSON; throws an Error with a sentence for people. */
export async function ask(path, body) {
  const options = body === undefined ? {} : {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  };
  let answer;
  try {
    answer = await fetch(path, options);
  } catch {
    throw new Error("The workspace does not answer. Is it still running?");
  }
  const told = await answer.json();
  if (told && told.not_possible) throw new Error(sentence(told.not_possible));
  return told;
}

/** What somebody does; the answer has `error` in Slack's words when the app failed. */
export function act(name, user, more = {}) {
  return ask(`/sim/act/${name}`, { user, ...more });
}

/** Slack's words for an app that failed, for people. */
export function failure(error) {
  const known = {
    operation_timeout: "The app did not answer within three seconds.",
    dispatch_failed: "The app is not there just now. Please try again.",
    invalid_blocks: "The app answered with something Slack does not take.",
  };
  return known[error] || `Slack says: ${error}`;
}

function sentence(words) {
  return `${words[0].toUpperCase()}${words.slice(1)}.`;
}
