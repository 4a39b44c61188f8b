/** Roles in their order: each may what those before it may. The API decides; a page only leaves out what is refused. */
import type { User } from "@/api/shapes";

export type Role = User["role"];

const ORDER: readonly Role[] = ["guest", "investor", "operator", "admin"];

export function isAtLeast(role: Role, least: Role): boolean {
  return ORDER.indexOf(role) >= ORDER.indexOf(least);
}
