/* Asks the browser for a passkey and puts its answer into the form. The server decides. */
(function () {
  "use strict";

  if (window.portalPasskeys) return;
  window.portalPasskeys = true;

  function bytes(text) {
    var plain = window.atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, function (one) { return one.charCodeAt(0); });
  }

  function text(buffer) {
    var plain = Array.from(new Uint8Array(buffer), function (one) {
      return String.fromCharCode(one);
    }).join("");
    return window.btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }

  function opened(json) {
    var options = JSON.parse(json);
    options.challenge = bytes(options.challenge);
    if (options.user) options.user.id = bytes(options.user.id);
    ["allowCredentials", "excludeCredentials"].forEach(function (list) {
      (options[list] || []).forEach(function (one) { one.id = bytes(one.id); });
    });
    return options;
  }

  function closed(credential) {
    var response = credential.response;
    var given = { clientDataJSON: text(response.clientDataJSON) };
    ["attestationObject", "authenticatorData", "signature", "userHandle"].forEach(function (name) {
      if (response[name]) given[name] = text(response[name]);
    });
    if (response.getTransports) given.transports = response.getTransports();
    return JSON.stringify({
      id: credential.id,
      rawId: text(credential.rawId),
      type: credential.type,
      authenticatorAttachment: credential.authenticatorAttachment || undefined,
      clientExtensionResults: credential.getClientExtensionResults(),
      response: given
    });
  }

  function enhance(place) {
    var button = place.querySelector("button");
    var status = place.querySelector("[role=status]");
    var input = place.querySelector("input");
    if (!window.PublicKeyCredential) {
      status.textContent = place.dataset.missing;
      return;
    }
    button.hidden = false;
    button.addEventListener("click", function () {
      var asked = { publicKey: opened(place.dataset.options) };
      var making = place.dataset.passkey === "make";
      var answer = making ? navigator.credentials.create(asked) : navigator.credentials.get(asked);
      button.setAttribute("aria-disabled", "true");
      status.textContent = "";
      answer.then(function (credential) {
        input.value = closed(credential);
        button.removeAttribute("aria-disabled");
        if ("submits" in place.dataset) {
          input.form.requestSubmit();
        } else {
          status.textContent = place.dataset.done;
        }
      }, function () {
        button.removeAttribute("aria-disabled");
        status.textContent = place.dataset.failed;
      });
    });
  }

  document.querySelectorAll("[data-passkey]").forEach(enhance);
})();
