import { MediaQuery } from "svelte/reactivity";

/** Whether what lies beside a list is a page of its own instead, for want of room (base.css). */
export const alone = new MediaQuery("width < 60rem");
