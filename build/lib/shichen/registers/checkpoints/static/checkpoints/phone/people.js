// Who is registered with a vehicle: a line each, and what is amiss with a number while its owner still stands there.

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2], CHECKS = "10X98765432"; // GB 11643
const OTHERS = [/^[HM]\d{8}(\d{2})?$/, /^\d{8}(\d{2})?$/, /^(?=.*[A-Z].)[A-Z0-9]{5,17}$/]; // permits, passports
const PHONE = /^(1[3-9]\d{9}|(\+|00)\d{8,15}|0\d{9,11})$/;

const plain = (text) => text.normalize("NFKC").toUpperCase().replace(/[\s\-()]/g, "");

// Whether a number can be one of a document; of a resident's the last character is worked out.
export function documented(text) {
  const number = plain(text);
  if (/^\d{17}[\dX]$/.test(number)) return CHECKS[WEIGHTS.reduce((sum, weight, at) => sum + weight * Number(number[at]), 0) % 11] === number[17];
  return /^\d{15}$/.test(number) || OTHERS.some((form) => form.test(number));
}

// What is amiss with a person as they are written: nobody, which field, or nothing.
export function amiss({ name, number, phone }) {
  if (!name && !number && !phone) return "nobody";
  if (!name || !(number || phone)) return "first";
  if (number && !documented(number)) return "number";
  return phone && !PHONE.test(plain(phone)) ? "phone" : "";
}

export const line = ({ name, number, phone }) => [name.replace(/[,，、;；]/g, " "), number && plain(number), phone && plain(phone)].filter(Boolean).join("，");
