// What happy-dom lacks of the platform; the real page uses the browser's own.
const dialog = HTMLDialogElement.prototype;
dialog.showModal ??= function showModal(this: HTMLDialogElement) {
  this.open = true;
};
const element = HTMLElement.prototype;
element.showPopover ??= () => {};
element.hidePopover ??= () => {};
element.scrollIntoView ??= () => {};
