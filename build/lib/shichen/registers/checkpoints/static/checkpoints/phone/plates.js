// Plates: which keys come next, when one is whole, whether it is of a source area on that day.

export const PROVINCES = [..."湘鄂粤赣桂贵渝川豫皖浙闽苏沪京津冀晋蒙辽吉黑鲁琼云藏陕甘青宁新"];
export const LETTERS = [..."ABCDEFGHJKLMNPQRSTUVWXYZ"];
export const DIGITS = [..."1234567890"];
const WHOLE = new RegExp(`^[${PROVINCES.join("")}][A-Z][A-Z0-9]{4,5}[A-Z0-9挂学警港澳]$`);

export const whole = (plate) => WHOLE.test(plate);
export const shown = (plate) => (plate.length > 2 && PROVINCES.includes(plate[0]) ? `${plate.slice(0, 2)}·${plate.slice(2)}` : plate);

// What the next key may be: the province, the letter of the place, then either.
export const next = (plate) => (plate.length === 0 ? "province" : plate.length === 1 ? "letter" : plate.length < 8 ? "any" : "none");

const day = (at) => new Date(Date.parse(at) + 8 * 3600e3).toISOString().slice(0, 10);

// The source area that a plate is of, on the day of the entry (疫源地).
export function source(plate, areas, at) {
  const on = day(at);
  return areas.find(
    (one) => one.plate && plate.startsWith(one.plate) && (!one.from || one.from <= on) && (!one.until || on <= one.until),
  );
}
