/** A time as its port's clocks show it: the text of the visit carries the port's own offset. */
export const clockTime = (at) => at.slice(0, 16).replace('T', ' ');
