import { createRoot } from 'react-dom/client';

createRoot(document.getElementById('root')).render(<p>{`greeting: ${import.meta.env.VITE_GREETING}`}</p>);
