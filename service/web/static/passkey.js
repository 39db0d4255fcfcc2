// Passkeys: asks the officer's device and sends its answer with the form it belongs to.

const page = document;

const bytesOf = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const textOf = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)));
const bytesOfHex = (text) => Uint8Array.from(text.match(/../g), (pair) => parseInt(pair, 16));

async function ask(address) {
  const answer = await fetch(address, { method: "POST", headers: { Accept: "application/json" } });
  const said = await answer.json();
  if (!answer.ok) throw new Error(said.detail);
  return said;
}

async function make(form) {
  const options = await ask(form.dataset.ask);
  options.challenge = bytesOf(options.challenge);
  options.user.id = bytesOf(options.user.id);
  options.excludeCredentials = [];
  const made = await navigator.credentials.create({ publicKey: options });
  form.elements.client_data_json.value = textOf(made.response.clientDataJSON);
  form.elements.attestation_object.value = textOf(made.response.attestationObject);
}

async function sign(form) {
  const asked = await ask(form.dataset.ask);
  const given = await navigator.credentials.get({
    publicKey: {
      challenge: bytesOfHex(asked.message),
      rpId: form.dataset.site,
      allowCredentials: [{ type: "public-key", id: bytesOf(form.dataset.passkey) }],
      userVerification: "required",
      timeout: 300000,
    },
  });
  form.elements.nonce.value = asked.nonce;
  form.elements.client_data_json.value = textOf(given.response.clientDataJSON);
  form.elements.authenticator_data.value = textOf(given.response.authenticatorData);
  form.elements.signature.value = textOf(given.response.signature);
}

for (const part of page.querySelectorAll("[data-passkey]")) {
  const form = part.closest("form");
  Object.assign(form.dataset, part.dataset);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    event.stopPropagation();
    const said = form.querySelector("[data-said]");
    said.hidden = true;
    try {
      await (part.dataset.passkey ? sign(form) : make(form));
      form.submit();
    } catch (problem) {
      // A DOMException says only that the device did not answer; ours says what hinders.
      said.textContent = problem instanceof DOMException ? said.dataset.said : problem.message;
      said.hidden = false;
      said.focus();
    }
  });
}
