// Sends the forms of the control page as JSON, with the header that other sites cannot send.
// A form names its address in data-post. A field with data-json holds a whole JSON value; the
// fields of other forms become one object.
const status = document.getElementById("status");

const valueOf = (field) =>
  field.dataset.kind === "number" ? Number(field.value) * Number(field.dataset.times ?? 1) : field.value;

const bodyOf = (form) => {
  const whole = form.querySelector("[data-json]");
  if (whole) return JSON.parse(whole.value);
  return Object.fromEntries([...form.querySelectorAll("[name]")].map((field) => [field.name, valueOf(field)]));
};

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.dataset.post) return;
  event.preventDefault();
  try {
    const answer = await fetch(form.dataset.post, {
      method: "POST",
      headers: { "content-type": "application/json", "x-sandbox-control": "1" },
      body: JSON.stringify(bodyOf(form)),
    });
    if (answer.ok) {
      location.reload();
      return;
    }
    status.textContent = (await answer.json()).error.message;
  } catch (error) {
    status.textContent = String(error);
  }
});
