import { useEffect, useState } from 'react';

const dayNow = (): string => new Date().toDateString();

/** The local day, which relative filters count from: another one a minute after midnight at most. */
export function useToday(): string {
  const [day, setDay] = useState(dayNow);
  useEffect(() => {
    const timer = setInterval(() => setDay(dayNow()), 60_000);
    return () => clearInterval(timer);
  }, []);
  return day;
}
