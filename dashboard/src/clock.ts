/** The time as it passes, for what counts down on a page. */
import { useEffect, useState } from "react";

/** The browser's clock, told anew every second. */
export function useNow(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
